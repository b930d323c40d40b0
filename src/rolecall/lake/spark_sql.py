"""The files of `sql/` in Spark's dialect."""

from functools import cache

import sqlglot
from sqlglot import exp

from rolecall.store.migrate import view_files
from rolecall.store.statements import text_of

_EXAMPLES = "dataset_examples"


@cache
def translated_views() -> dict[str, str]:
    """Return the select of each view that examples stand on, in Spark's dialect, in the order of creation."""
    views = {name: _select(text) for name, text in view_files().items()}
    wanted: set[str] = set()
    waiting = [_EXAMPLES]
    while waiting:
        name = waiting.pop()
        if name in views and name not in wanted:
            wanted.add(name)
            waiting += [table.name for table in views[name].find_all(exp.Table)]
    return {name: _as_spark(select) for name, select in views.items() if name in wanted}


def translated_query(path: str) -> str:
    """Return `sql/<path>.sql` in Spark's dialect; without its order, which costs a pass over all."""
    select = _select(text_of(path))
    select.set("order", None)
    return _as_spark(select)


def _select(statement: str) -> exp.Expr:
    tree = sqlglot.parse_one(statement, read="duckdb")
    select: exp.Expr = tree.expression if isinstance(tree, exp.Create) else tree
    return select


def _as_spark(select: exp.Expr) -> str:
    return select.sql("spark", pretty=True, comments=False)
