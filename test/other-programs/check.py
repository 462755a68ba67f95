"""Compares the files of a directory with the cells they must have: check.py DIRECTORY [--libreoffice]"""

import copy
import json
import sys
from pathlib import Path

from read_libreoffice import converted
from read_pdf import document
from read_text import delimited, objects
from read_xlsx import workbook

SUFFIX = '.expected.json'
MOST_SHOWN = 5
READERS = {'csv': delimited, 'tsv': delimited, 'json': objects, 'ndjson': objects, 'xlsx': workbook}


def problems_of(path, file, readers=READERS):
    """What is not as expected about a file; nothing for one that is right."""
    try:
        if file['format'] == 'pdf':
            return document(path, file)
        problems, rows, is_same = readers[file['format']](path, file)
        return problems + differences(file, rows, is_same)
    except Exception as error:  # Whatever a reader has against a file is a problem of the file.
        return [f'{type(error).__name__}: {error}']


def differences(file, rows, is_same):
    found = [] if len(rows) == len(file['rows']) else [f'{len(rows)} rows, not {len(file["rows"])}']
    for number, (expected, actual) in enumerate(zip(file['rows'], rows), 1):
        if len(actual) != len(file['columns']):
            found.append(f'row {number} has {len(actual)} cells')
        for column, want, have in zip(file['columns'], expected, actual):
            if not is_same(want, have, column['type'], file):
                found.append(f'row {number}, {column["name"]}: {short(have)}, not {short(want)}')
    return found


def short(value):
    text = ascii(value)
    return text if len(text) <= 100 else f'{text[:100]}... ({len(text)} characters)'


def unnoticed_changes(path, file, check):
    """Changes of a file's expected cells that the check does not report: it must be able to fail."""
    column = next(index for index, column in enumerate(file['columns']) if column['type'] in ('text', 'enum'))
    changed, shorter, longer = copy.deepcopy(file), copy.deepcopy(file), copy.deepcopy(file)
    changed['rows'][0][column] = 'Never Written'
    shorter['rows'].pop()
    longer['rows'].append(longer['rows'][-1])
    variants = {'a changed cell': changed, 'a row too many': shorter, 'a missing row': longer}
    return [change for change, variant in variants.items() if not check(path, variant)]


def read_expectations(directory):
    paths = sorted(Path(directory).glob(f'*{SUFFIX}'))
    return {str(path).removesuffix(SUFFIX): json.loads(path.read_text('utf-8')) for path in paths}


def check_all(files, check, label=''):
    """Prints a line for each file; how many of them differ."""
    different = 0
    for path, file in files.items():
        problems = check(path, file)
        what = f'{Path(path).name} {label or file["format"]} {len(file["rows"])} rows'
        print(f'{"DIFFERENT" if problems else "OK"} {what}', flush=True)
        for problem in problems[:MOST_SHOWN]:
            print(f'    {problem}')
        if len(problems) > MOST_SHOWN:
            print(f'    and {len(problems) - MOST_SHOWN} more')
        different += bool(problems)
    return different


def self_test(files, check):
    """Ends the program when the check of a format would let a wrong file pass."""
    for file_format in sorted({file['format'] for file in files.values()}):
        path = next(path for path, file in files.items() if file['format'] == file_format and len(file['rows']) > 10)
        for change in unnoticed_changes(path, files[path], check):
            sys.exit(f'The check itself is broken: in {Path(path).name} it does not notice {change}')


def main(directory, *options):
    files = read_expectations(directory)
    if not files:
        sys.exit(f'There are no files in {directory}')
    self_test(files, problems_of)
    print('The check notices a changed cell, a missing row and one too many in every format')
    checked, different = len(files), check_all(files, problems_of)
    if '--libreoffice' in options:
        sheets = {path: file for path, file in files.items() if file['format'] == 'xlsx'}
        tables = converted(sheets, directory)
        check = lambda path, file: problems_of(path, file, {'xlsx': tables[path]})
        self_test(sheets, check)
        checked += len(sheets)
        different += check_all(sheets, check, 'xlsx by LibreOffice')
    print(f'{checked - different} of {checked} as expected')
    return 1 if different else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
