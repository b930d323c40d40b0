"""Printing: data to stdout, notes to stderr; tables on a terminal, tab-separated lines elsewhere."""

import re
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from rolecall.cli.stopping import stop_if_pressed
from rolecall.queries.tabular import as_text, json_text, tab_lines

# What a terminal would obey: C0 but TAB and LF, DEL, C1, and the characters that turn the direction of what
# follows, so that a line reads as another one. Those that join letters and emoji stay: U+200C, U+200D.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
Progress = Callable[[int, int], None]
# A column of a table with fewer characters would be mostly line breaks.
NARROWEST = 9


def out(text: str = "") -> None:
    """Print a line of data."""
    sys.stdout.write((printable(text) if sys.stdout.isatty() else text) + "\n")


def paragraph(text: str) -> None:
    """Print a line of data that is indented and, on a terminal, broken between words."""
    if not sys.stdout.isatty():
        out(f"  {text}")
        return
    width = max(NARROWEST, shutil.get_terminal_size().columns)
    wrapper = textwrap.TextWrapper(
        width, initial_indent="  ", subsequent_indent="    ", break_long_words=False
    )
    for line in wrapper.wrap(text):
        out(line)


def out_piece(text: str) -> None:
    """Print a part of a line of data at once."""
    sys.stdout.write(printable(text) if sys.stdout.isatty() else text)
    sys.stdout.flush()


def note(text: str) -> None:
    """Print a line that is not data; a line break of a name in it would look like another note."""
    sys.stderr.write(printable(one_line(text)) + "\n")


def notes(texts: Iterable[str]) -> None:
    """Print lines that are not data."""
    for text in texts:
        note(text)


def error_line(text: str) -> None:
    """Print an error as one line."""
    note(f"error: {text}")


def print_json(value: object) -> None:
    """Print rows, or one, as JSON."""
    text = json_text(value, indent=2)
    out(escaped(text) if sys.stdout.isatty() else text)


def print_rows(
    rows: Sequence[Mapping[str, object]], columns: Sequence[str], *, is_json: bool = False
) -> None:
    """Print rows: whole as JSON; else some columns, as a table on a terminal, tab-separated elsewhere."""
    if is_json:
        print_json(rows)
    elif sys.stdout.isatty():
        _print_table(rows, columns)
    else:
        for line in tab_lines(list(columns), rows):
            sys.stdout.write(line)


def print_pairs(pairs: Mapping[str, object], *, is_json: bool = False) -> None:
    """Print one thing: as JSON, or a line for each of its values."""
    if is_json:
        print_json(pairs)
        return
    width = max((len(name) for name in pairs), default=0)
    for name, value in pairs.items():
        out(f"{name:<{width}}  {shown(value)}")


def counted(number: int, noun: str) -> str:
    """Return `1 example`, `2,000 examples`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def shown(value: object) -> str:
    """Return a value as people read it: 1,234 and 2024-03-05 18:02."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else as_text(value)


@contextmanager
def progress(label: str) -> Iterator[Progress]:
    """Give what is to be called with what is done and what there is in all: a bar, on a terminal.

    It is also where long work finds out that Ctrl-C was pressed, should it not have heard.
    """
    if not sys.stderr.isatty():
        yield lambda done, total: stop_if_pressed()
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)

        def move(done: int, total: int) -> None:
            stop_if_pressed()
            bar.update(task, completed=done, total=total)

        yield move


def bar(count: float, most: float, *, width: int = 24) -> str:
    """Return a bar for a count, of the full width for the most."""
    length = 8 * width * count / most if most else 0
    full, eighths = divmod(max(round(length), 1 if count else 0), 8)
    return "\N{FULL BLOCK}" * full + (chr(ord("\N{LEFT ONE EIGHTH BLOCK}") + 1 - eighths) if eighths else "")


def short_path(path: Path) -> Path:
    """Return a path as seen from the working folder, when it lies in it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _print_table(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if len(columns) * NARROWEST > console.width:
        for row in rows:
            print_pairs({name: _text(row[name]) for name in columns})
            out()
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        is_number = any(_is_count(column, row[column]) for row in rows)
        table.add_column(column, justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        values = (shown(row[name]) if _is_count(name, row[name]) else _text(row[name]) for name in columns)
        table.add_row(*(Text(printable(value)) for value in values))
    console.print(table)


def _text(value: object) -> str:
    """Return a value with its number as it stands: ids and times in milliseconds are no amounts."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else shown(value)


def _is_count(column: str, value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and column.endswith("_count")


def printable(text: str) -> str:
    """Return a text without what a terminal would obey."""
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


def escaped(text: str) -> str:
    """Return JSON that means the same, with the numbers of characters that a terminal would obey."""
    return _CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def one_line(text: str) -> str:
    """Return a text, or a name of somebody's, with a blank for each line break."""
    return " ".join(text.splitlines())
