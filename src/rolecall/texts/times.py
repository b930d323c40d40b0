"""Times as texts: as people write them, and as Instagram's first downloads do."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(milliseconds: int) -> str:
    """Return a moment as people write it: its UTC day, with the time unless that is midnight."""
    try:
        when = datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):  # no calendar has it
        return f"{milliseconds} ms"
    return when.strftime("%Y-%m-%d" if milliseconds % 86_400_000 == 0 else "%Y-%m-%d %H:%M UTC")


def milliseconds_of_iso(text: str) -> int | None:
    """Return an ISO 8601 time (UTC when it names no other zone) as milliseconds since 1970, else None."""
    try:
        when = datetime.fromisoformat(text)
        return ((when if when.tzinfo else when.replace(tzinfo=UTC)) - _EPOCH) // timedelta(milliseconds=1)
    except (ValueError, OverflowError):
        return None
