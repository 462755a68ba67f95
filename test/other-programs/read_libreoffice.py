"""Workbooks as LibreOffice opens them: by way of a csv file that it writes."""

import csv
import re
import subprocess
from decimal import Decimal
from pathlib import Path

from cells import is_exact, not_finite

# Comma, quotes, UTF-8, from line 1; texts are quoted, cells as they are shown, formulas as their results.
# https://help.libreoffice.org/latest/en-US/text/shared/guide/csv_params.html
FILTER = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true,false'


def converted(files, directory):
    """Readers of the files, all of which LibreOffice has converted in one go."""
    folder = Path(directory, 'libreoffice')
    profile = Path(directory, 'libreoffice-profile').resolve().as_uri()
    command = ['soffice', f'-env:UserInstallation={profile}', '--headless', '--convert-to', FILTER]
    subprocess.run([*command, '--outdir', folder, *files], check=True, capture_output=True)
    return {path: reader_of(folder / f'{Path(path).stem}.csv') for path in files}


def reader_of(table):
    def read(_path, file):
        with open(table, encoding='utf-8', newline='') as stream:
            heading, *rows = [record or [''] for record in csv.reader(stream, strict=True)]
        headers = [column['header'] for column in file['columns']]
        problems = [] if heading == headers else [f'headings are {heading}, not {headers}']
        # To LibreOffice a sheet ends with the last row that shows anything.
        for row in file['rows'][len(rows):]:
            if not any(row):
                rows.append([''] * len(row))
        return problems, rows, is_same

    return read


def is_same(expected, actual, kind, file):
    """What is shown, but for floats and timestamps, of which the cells hold more."""
    if expected is None:
        return actual == ''
    if kind in ('integer', 'decimal') and is_exact(expected):
        # In csv files it leaves out zeros at the end that it shows in the sheet.
        return Decimal(actual) == Decimal(expected)
    if kind == 'boolean':
        return expected.upper() == actual
    if kind == 'date':
        return not_finite(expected) == actual
    return kind in ('float', 'timestamp') or with_line_feeds(expected) == with_line_feeds(actual)


def with_line_feeds(text):
    """It has one kind of line end within a cell."""
    return re.sub(r'\r\n?', '\n', text)
