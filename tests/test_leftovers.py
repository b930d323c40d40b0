"""Temporary files and folders of processes that are gone: removed, and nobody else's."""

import fcntl
import os
from pathlib import Path

import pytest
from archive_builder import archive_files, dialogue, write_folder
from killing import Order, killer

from rolecall.files.leftovers import left_in, make_file, remove, temporary_folder


def test_a_dry_run_that_was_killed_is_cleared_away_by_the_next(tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    threads = [dialogue(f"chat{number}_61000000000{number:05}", 30) for number in range(5)]
    write_folder(archive_files(threads), tmp_path / "archive")
    words = ("import", "archive", "--dry-run")
    # Its first step is the store's own commit, where there is no template to copy.
    with killer(TMPDIR=str(temporary), XDG_CACHE_HOME=str(tmp_path / "cache")) as killing:
        assert killing.run(Order(str(tmp_path), words, step=1)).code == -9
        (left,) = temporary.glob(".rolecall-*")
        assert left.is_dir()
        repeated = killing.run(Order(str(tmp_path), words))
    assert repeated.code == 0, repeated.said
    assert not left.exists()
    assert list(temporary.glob(".rolecall-*")) == []
    assert not (tmp_path / "rolecall.duckdb").exists()


def test_what_a_living_process_has_or_a_user_made_is_not_left_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    number, path = make_file(tmp_path)
    notes = tmp_path / ".rolecall-notes.part"
    notes.touch()
    link = tmp_path / ".rolecall-abcdefgh.part"
    link.symlink_to(notes)
    with temporary_folder() as folder:
        assert left_in(tmp_path) == []
        with temporary_folder() as other:
            assert other != folder
        assert folder.exists()
    os.close(number)  # as if its process were gone
    assert left_in(tmp_path) == [path]
    remove(left_in(tmp_path))
    assert sorted(tmp_path.iterdir()) == sorted([notes, link])


def test_what_somebody_begins_to_use_after_it_was_found_is_not_removed(tmp_path: Path) -> None:
    made = [tmp_path / ".rolecall-abcdefgh.part", tmp_path / ".rolecall-hgfedcba.part"]
    made[0].mkdir()
    made[1].touch()
    found = left_in(tmp_path)
    assert found == made
    numbers = [os.open(path, os.O_RDONLY) for path in made]
    for number in numbers:
        fcntl.flock(number, fcntl.LOCK_EX)
    remove(found)
    assert all(path.exists() for path in made)
    for number in numbers:
        os.close(number)
    remove(found)
    assert not any(path.exists() for path in made)
