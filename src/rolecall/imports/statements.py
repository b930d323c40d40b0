"""The SQL of an import: temporary tables, the steps that merge a batch, and questions between them."""

from functools import cache

from rolecall.registry import folder


@cache
def statements(kind: str) -> dict[str, str]:
    """Return the statements of `sql/import/<kind>/` by file name, in order: tables, steps or questions."""
    paths = sorted((folder("sql") / "import" / kind).glob("*.sql"))
    return {path.stem: path.read_text(encoding="utf-8") for path in paths}
