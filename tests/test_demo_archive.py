"""The invented archive that ships in the wheel."""

from importlib.resources import files
from pathlib import Path

from archive_builder import escape_like_facebook
from snapshots import bodies, column, row_counts, snapshot

from rolecall.api import Store


def test_the_demo_archive_holds_nine_chats_in_many_scripts(store: Store) -> None:
    demo = Path(str(files("rolecall"))) / "demo" / "archive"
    summary = store.import_archives([demo])
    assert "failed" not in {file.status for file in summary.files}
    assert summary.owner_name == "Mirela Stokvist"
    assert row_counts(store)["threads"] == 9
    kinds = set(column(store, "select distinct kind from messages"))
    assert kinds == {"text", "media", "share", "call", "system", "unsent"}
    assert escape_like_facebook("é") not in "".join(body or "" for body in bodies(store))
    assert len(snapshot(store).people) > 10
