"""The invented archive that ships in the wheel."""

from importlib.resources import files
from pathlib import Path

import pytest
from archive_builder import escape_like_facebook
from snapshots import bodies, column, row_counts, snapshot

from rolecall.api import Store
from rolecall.demo import keep_downloads
from rolecall.errors import OutputExists


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


def test_the_second_download_is_a_later_one_of_the_same_person(store: Store, tmp_path: Path) -> None:
    first, later = keep_downloads(tmp_path)
    store.import_archives([first])
    summary = store.import_archives([later])
    assert (summary.added_count, summary.changed_count) == (17, 2)
    assert column(store, "select count(*) from message_edits") == [2]  # an edit, and what was unsent
    assert store.check_store() == {}


def test_downloads_are_left_once_and_never_over_another_file(tmp_path: Path) -> None:
    kept = [path.read_bytes() for path in keep_downloads(tmp_path)]
    assert [path.read_bytes() for path in keep_downloads(tmp_path)] == kept
    (tmp_path / "facebook-mirela.zip").write_text("something of the user's")
    with pytest.raises(OutputExists):
        keep_downloads(tmp_path)
