"""Workbooks, with openpyxl and unzip."""

import re
import subprocess
import warnings

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from cells import is_same_in_sheet

ESCAPE = re.compile(r'_x([0-9A-Fa-f]{4})_')


def workbook(path, file):
    """Problems, rows, and how their cells are compared."""
    subprocess.run(['unzip', '-tqq', path], check=True, capture_output=True)
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        book = load_workbook(path)
    problems = []

    def expect(what, expected, actual):
        if actual != expected:
            problems.append(f'{what} is {actual!r}, not {expected!r}')

    expect('the title', file['title'], book.properties.title)
    expect('the number of sheets', 1, len(book.worksheets))
    sheet = book.worksheets[0]
    last = get_column_letter(len(file['columns']))
    # Rows without a cell, which hold nothing but NULLs, are not seen at the end of a sheet: the filter covers them too.
    last_row = max(sheet.max_row, int(sheet.auto_filter.ref.rpartition(last)[2]))
    heading, *rows = sheet.iter_rows(max_col=len(file['columns']), max_row=last_row)
    expect('the number of columns', len(file['columns']), sheet.max_column)
    expect('the first row that scrolls', 'A2', sheet.freeze_panes)
    expect('what the filter covers', f'A1:{last}{len(file["rows"]) + 1}', sheet.auto_filter.ref)
    expect('the headings', [column['header'] for column in file['columns']], [cell.value for cell in heading])
    expect('the boldness of the headings', {True}, {cell.font.bold for cell in heading})
    expect('the number of formulas', 0, sum(cell.data_type == 'f' for row in rows for cell in row))
    return problems, [[decoded(cell.value) for cell in row] for row in rows], is_same_in_sheet


def decoded(value):
    """ECMA-376 Part 1, 22.9.2.19, which openpyxl leaves to its users."""
    return ESCAPE.sub(lambda match: chr(int(match[1], 16)), value) if isinstance(value, str) else value
