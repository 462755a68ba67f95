"""csv, tsv, json and ndjson, compressed or not."""

import csv
import gzip
import io
import json
import subprocess
from decimal import Decimal

from cells import decimal_comma, is_same_json, is_same_text

csv.field_size_limit(1_000_000)


def stored_text(path, file):
    """The file as text with all line ends as they are; zstd's own program tells whether its checksum is right."""
    if file['compression'] == 'gzip':
        with gzip.open(path) as stream:
            data = stream.read()
    elif file['compression'] == 'zstd':
        data = subprocess.run(['zstd', '-dc', path], check=True, capture_output=True).stdout
    else:
        with open(path, 'rb') as stream:
            data = stream.read()
    return data.decode('utf-8')


def delimited(path, file):
    """Problems, rows, and how their cells are compared."""
    text = stored_text(path, file)
    problems = []
    if text.startswith('\ufeff') != (file['dialect'] == 'excel'):
        problems.append('a byte order mark belongs to the excel dialect, and to no other')
    delimiter = '\t' if file['format'] == 'tsv' else ';' if decimal_comma(file) else ','
    records = csv.reader(io.StringIO(text.removeprefix('\ufeff'), newline=''), delimiter=delimiter, strict=True)
    # A record of one NULL is an empty line, of which Python makes no fields.
    heading, *rows = [record or [''] for record in records]
    headers = [column['header'] for column in file['columns']]
    if heading != headers:
        problems.append(f'headings are {heading}, not {headers}')
    return problems, rows, is_same_text


def objects(path, file):
    """Problems, rows, and how their cells are compared."""
    text = stored_text(path, file)
    records = load(text) if file['format'] == 'json' else [load(line) for line in lines_of(text)]
    names = [column['name'] for column in file['columns']]
    problems = [f'row {row} has other members' for row, record in enumerate(records, 1) if list(record) != names]
    return problems, [list(record.values()) for record in records], is_same_json


def load(text):
    return json.loads(text, parse_float=Decimal, parse_constant=refuse)


def refuse(constant):
    raise ValueError(f'{constant} is no JSON')


def lines_of(text):
    if text == '':
        return []
    *lines, rest = text.split('\n')
    if rest != '':
        raise ValueError('the last line has no end')
    return lines
