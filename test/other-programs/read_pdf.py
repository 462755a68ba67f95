"""PDF files, with poppler: they have no cells, so that what is printed is counted."""

import re
import subprocess
from collections import Counter

from cells import not_finite

PLAIN = re.compile(r"[A-Za-z0-9\u00c0-\u00ff .,'@&()-]{1,24}")
TRUTHS = {'true': 'yes', 'false': 'no'}
DARK, LIGHT = 100, 250


def run(*command):
    """What a program writes; it must have nothing to say about the file."""
    done = subprocess.run(command, check=True, capture_output=True)
    if done.stderr:
        raise ValueError(f'{command[0]}: {done.stderr.decode("utf-8", "replace").strip()}')
    return done.stdout


def document(path, file):
    """Problems of a file."""
    info = dict(re.findall(r'^(\w+):\s+(.*)$', run('pdfinfo', path).decode('utf-8'), re.MULTILINE))
    pages = int(info['Pages'])
    laid_out = run('pdftotext', '-layout', path, '-').decode('utf-8').split('\f')[:pages]
    drawn = without_spaces(run('pdftotext', '-raw', path, '-').decode('utf-8'))
    problems = [] if info.get('Title') == file['title'] else [f'the title is {info.get("Title")!r}']
    if file['title'] not in laid_out[0]:
        problems.append('the title is not on the first page')
    for page, text in enumerate(laid_out, 1):
        if f'Page {page} of {pages}' not in text:
            problems.append(f'page {page} has not its number')
    rows = re.search(r'\b%s\b' % f'{len(file["rows"]):,}', laid_out[0])
    if rows is None:
        problems.append('the first page does not tell how many rows there are')
    for column in file['columns']:
        if drawn.count(without_spaces(column['header'])) == 0:
            problems.append(f'there is no heading {column["header"]!r}')
    for text, count in printed_cells(file).items():
        found = drawn.count(without_spaces(text))
        if found < count:
            problems.append(f'{text!r} is printed {found} times, not {count}')
    if not {True, False} <= shades(path):
        problems.append('the first page is blank')
    return problems


def printed_cells(file):
    """How often each text must be printed at least, of those that are printed as they are."""
    kinds = [column['type'] for column in file['columns']]
    texts = (printed(cell, kind) for row in file['rows'] for cell, kind in zip(row, kinds) if cell is not None)
    return Counter(text for text in texts if PLAIN.fullmatch(text.replace(':', '')) and text.strip())


def printed(cell, kind):
    if kind == 'boolean':
        return TRUTHS[cell]
    if kind not in ('date', 'timestamp'):
        return cell
    return cell[:16].replace('T', ' ') if cell[0].isdigit() else not_finite(cell)


def shades(path):
    """Whether some of the first page is dark (True), and some light (False)."""
    picture = run('pdftoppm', '-gray', '-r', '50', '-f', '1', '-l', '1', path)
    return {True for shade in picture if shade < DARK} | {False for shade in picture if shade > LIGHT}


def without_spaces(text):
    return re.sub(r'\s+', '', text)
