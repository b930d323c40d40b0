"""`rolecall stats`: activity as plots in the terminal."""

import shutil
import sys
from typing import Annotated, cast

import typer

from rolecall.cli.common import JsonOption, store_of
from rolecall.cli.printing import out, print_json, printable

Row = dict[str, object]
LABEL_CHARS = 24
BAR_CHARS = 40
NUMBER_CHARS = 16
"""For the number behind a bar, and the blanks between columns."""
WIDEST = LABEL_CHARS + BAR_CHARS + NUMBER_CHARS
# Longer histories are drawn by year.
DRAWN_MONTHS = 48


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: rolecall stats --limit 5")(stats)


def stats(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="Most people and chats to show.")] = 10,
    is_json: JsonOption = False,
) -> None:
    """Show activity as plots.

    By month, hour and person, times to answer, and the longest chats. Each figure is a view:
    activity_by_month, activity_by_hour, activity_by_person, reply_times_by_person, activity_by_thread.
    """
    figures = store_of(context).stats(limit=limit)
    if is_json:
        print_json(figures)
        return
    if not figures["months"]:
        out("no message has a time yet; bring some in with: rolecall import PATH")
        return
    _draw_times(figures["months"])
    hours = [(f"{_number(row, 'hour'):02}", float(_number(row, "message_count"))) for row in figures["hours"]]
    _draw("messages by hour of the day (UTC)", _without_holes([f"{hour:02}" for hour in range(24)], hours))
    _draw("messages by person", _pairs(figures["people"], "display_name", "message_count"))
    minutes = [
        (name, milliseconds / 60_000)
        for name, milliseconds in _pairs(figures["replies"], "display_name", "median_reply_ms")
    ]
    _draw("minutes until half of a person's answers came", minutes)
    _draw("messages by chat", _pairs(figures["threads"], "title", "message_count"))


def _draw_times(months: list[Row]) -> None:
    known = _pairs(months, "month", "message_count")
    first, last = (12 * int(month[:-3]) + int(month[-2:]) - 1 for month in (known[0][0], known[-1][0]))
    if last - first < DRAWN_MONTHS:
        labels = [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(first, last + 1)]
        _draw("messages by month (UTC)", _without_holes(labels, known))
        return
    years: dict[str, float] = {}
    for month, count in known:
        years[month[:-3]] = years.get(month[:-3], 0) + count
    _draw("messages by year (UTC)", list(years.items()))


def _without_holes(labels: list[str], pairs: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Return a pair for each label; 0 where nothing was written."""
    known = dict(pairs)
    return [(label, known.get(label, 0)) for label in labels]


def _draw(heading: str, pairs: list[tuple[str, float]]) -> None:
    """Draw a bar for each pair, its name before and its number behind it."""
    from rich.bar import Bar
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    # In a terminal that is narrow the bars are shorter; the label, the number and blanks have their place.
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDEST
    width = min(WIDEST, max(columns, LABEL_CHARS + NUMBER_CHARS + 8))
    bar_chars = width - LABEL_CHARS - NUMBER_CHARS
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(justify="right", overflow="ellipsis", max_width=LABEL_CHARS, no_wrap=True)
    table.add_column(width=bar_chars)
    table.add_column(justify="right")
    most = max((number for _, number in pairs), default=0)
    for label, number in pairs:
        shown = f"{number:,.0f}" if number >= 10 or number == int(number) else f"{number:.1f}"
        table.add_row(Text(printable(label)), Bar(most or 1, 0, number, width=bar_chars), shown)
    out(heading)
    Console(width=width, highlight=False).print(table)
    out()


def _pairs(rows: list[Row], label: str, number: str) -> list[tuple[str, float]]:
    return [(" ".join(str(row[label]).split()) or "(no name)", _number(row, number)) for row in rows]


def _number(row: Row, name: str) -> int:
    return cast("int", row[name])
