"""Whether a cell that a program read is the one that was expected."""

import json
import re
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

TEXTUAL = ('text', 'enum', 'json')
# 1900-03-01: spreadsheets do not agree on the days before.
FIRST_SHEET_DAY = '1900-03-01'
SHEET_DIGITS = 15
MILLISECOND_ROUNDING = timedelta(microseconds=501)

FORMULA = re.compile(r'[\s\u200b\u2060\ufeff]*?[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]')
TIMESTAMP = re.compile(r'((\d{4,})-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d:\d\d(?::\d\d)?)')


def text_of(expected, kind, file):
    """What a csv or tsv file must have, but for timestamps."""
    if expected is None:
        return ''
    if kind in TEXTUAL:
        return "'" + expected if file['neutralizeFormulas'] and FORMULA.match(expected) else expected
    if kind in ('decimal', 'float') and decimal_comma(file):
        return expected.replace('.', ',')
    return not_finite(expected) if kind == 'date' else expected


def decimal_comma(file):
    return file['dialect'] == 'excel' and file['locale'] == 'de'


def not_finite(text):
    """PostgreSQL writes infinity in small letters; files do not."""
    return text.replace('infinity', 'Infinity')


def is_same_time(expected, actual, time_zone):
    """Whether an ISO 8601 text is the instant at which clocks of the zone show what was expected."""
    match = TIMESTAMP.fullmatch(actual)
    if match is None:
        return not_finite(expected) == actual
    seconds, year, fraction, offset = match.groups()
    wall = f'{seconds}.{(fraction or "").ljust(6, "0")}'
    if wall != expected or not 1 < int(year) < 9999:
        return wall == expected
    instant = datetime.fromisoformat(wall + offset.replace('Z', '+00:00'))
    return instant.astimezone(ZoneInfo(time_zone)).utcoffset() == instant.utcoffset()


def is_same_text(expected, actual, kind, file):
    """A field of a csv or tsv file. The reader tells no difference between an empty text and NULL."""
    if kind == 'timestamp' and expected is not None:
        return is_same_time(expected, actual, file['timeZone'])
    return text_of(expected, kind, file) == actual


def is_same_json(expected, actual, kind, file):
    """A value of a JSON object; its numbers have been read as Decimal."""
    if expected is None or actual is None:
        return actual is None and (expected is None or (kind == 'json' and expected == 'null'))
    if kind == 'json':
        return json.loads(expected, parse_float=Decimal) == actual
    if kind == 'boolean':
        return actual is (expected == 'true')
    if kind == 'float' and isinstance(actual, (int, Decimal)):
        return repr(float(expected)) == repr(float(actual))
    if not isinstance(actual, str):
        return False
    if kind == 'timestamp':
        return is_same_time(expected, actual, file['timeZone'])
    return (not_finite(expected) if kind == 'date' else expected) == actual


def is_same_in_sheet(expected, actual, kind, file):
    """A cell of a workbook, whose type is as much looked at as its value."""
    if expected is None or actual is None:
        return expected is None and actual is None
    if kind == 'boolean':
        return actual is (expected == 'true')
    if kind in ('integer', 'decimal') and is_exact(expected):
        return is_number(actual) and Decimal(repr(actual)) == Decimal(expected)
    if kind == 'float' and expected not in ('NaN', 'Infinity', '-Infinity'):
        return is_number(actual) and float(actual) == float(expected)
    if kind in ('date', 'timestamp') and re.match(r'\d{4}-', expected) and expected >= FIRST_SHEET_DAY:
        if not isinstance(actual, datetime):
            return False
        return abs(actual - datetime.fromisoformat(expected)) <= MILLISECOND_ROUNDING
    if not isinstance(actual, str):
        return False
    if kind == 'timestamp':
        return is_same_time(expected, actual, file['timeZone'])
    return (not_finite(expected) if kind == 'date' else expected) == actual


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_exact(number):
    """Whether a spreadsheet keeps all of its digits."""
    if not re.fullmatch(r'-?\d+(\.\d+)?', number):
        return False
    digits = number.rstrip('0') if '.' in number else number
    return len(digits.replace('.', '').lstrip('-0')) <= SHEET_DIGITS
