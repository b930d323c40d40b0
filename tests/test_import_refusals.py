"""What an import refuses: one clear line, and the store as it was."""

import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from archive_builder import (
    FRIEND,
    START_MS,
    Files,
    archive_files,
    dialogue,
    entry,
    one_chat,
    write_folder,
    write_zip,
)
from snapshots import bodies, row_counts

import rolecall
from rolecall.api import Store
from rolecall.archives.archive import Archive, Limits
from rolecall.errors import ArchiveError, RolecallError, UsageError

pytestmark = pytest.mark.python_only

THREAD = "your_facebook_activity/messages/inbox/dorian_6100000000000001/message_1.json"


def refusal(store: Store, *paths: Path, error: type[RolecallError] = ArchiveError) -> str:
    """Import what must be refused; return the error's line."""
    before = row_counts(store)
    with pytest.raises(error) as caught:
        store.import_archives(list(paths))
    assert row_counts(store) == before
    assert store.imports() == []
    assert "\n" not in str(caught.value)
    return str(caught.value)


def good_files() -> Files:
    """One small chat."""
    return archive_files([dialogue("dorian_6100000000000001", 4)])


def test_a_wrong_path_is_named(tmp_path: Path, store: Store) -> None:
    assert "nowhere.zip" in refusal(store, tmp_path / "nowhere.zip")


def test_a_wrong_path_makes_no_store(tmp_path: Path) -> None:
    """A server's store is never missing."""
    store_path = tmp_path / "new.duckdb"
    with pytest.raises(ArchiveError):
        rolecall.open(str(store_path)).import_archives([tmp_path / "nowhere"])
    assert not store_path.exists()


def test_an_empty_folder_is_no_archive(tmp_path: Path, store: Store) -> None:
    (tmp_path / "empty").mkdir()
    assert str(tmp_path / "empty") in refusal(store, tmp_path / "empty")


def test_a_folder_of_other_things_is_no_archive(tmp_path: Path, store: Store) -> None:
    files = {"notes.txt": b"hello", "data/settings.json": b'{"colour": "blue"}', "list.json": b"[1, 2]"}
    assert str(tmp_path / "other") in refusal(store, write_folder(files, tmp_path / "other"))


@pytest.mark.parametrize(
    ("name", "data"), [("a.json", b'{"a": 1}'), ("a.txt", b"hello"), ("a.zip", b"PK no zip")]
)
def test_a_file_of_something_else_is_no_archive(name: str, data: bytes, tmp_path: Path, store: Store) -> None:
    (tmp_path / name).write_bytes(data)
    assert name in refusal(store, tmp_path / name)


@pytest.mark.parametrize("is_zip", [False, True])
def test_an_archive_in_html_says_to_ask_for_json(is_zip: bool, tmp_path: Path, store: Store) -> None:
    files = {THREAD.replace(".json", ".html"): b"<html></html>", "start_here.html": b"<html></html>"}
    path = write_zip(files, tmp_path / "a.zip") if is_zip else write_folder(files, tmp_path / "archive")
    line = refusal(store, path)
    assert "HTML" in line
    assert "JSON" in line


def test_chats_in_html_beside_others_are_told(tmp_path: Path, store: Store) -> None:
    html = THREAD.removesuffix("json") + "html"
    root = write_folder({**good_files(), html: b"<html></html>"}, tmp_path / "archive")
    (note,) = [note for note in store.import_archives([root]).notes if "HTML" in note]
    assert note.startswith("chats in HTML were left out (1 files)")


def test_a_path_named_twice_is_a_mistake(tmp_path: Path, store: Store) -> None:
    root = write_folder(good_files(), tmp_path / "archive")
    assert "twice" in refusal(store, root, tmp_path / "." / "archive", error=UsageError)


def test_a_zip_that_was_cut_is_named(tmp_path: Path, store: Store) -> None:
    path = write_zip(good_files(), tmp_path / "facebook.zip")
    path.write_bytes(path.read_bytes()[:-200])
    assert "facebook.zip" in refusal(store, path)


def test_a_zip_in_a_zip_is_named(tmp_path: Path, store: Store) -> None:
    inner = write_zip(good_files(), tmp_path / "inner.zip")
    assert "zip" in refusal(store, write_zip({"inner.zip": inner.read_bytes()}, tmp_path / "outer.zip"))


def test_an_encrypted_zip_is_named(tmp_path: Path, store: Store) -> None:
    """Only the flags are set: nobody tries to read what says that it is encrypted."""
    path = write_zip(good_files(), tmp_path / "locked.zip")
    data = bytearray(path.read_bytes())
    for signature, flag_offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        offset = data.find(signature)
        while offset >= 0:
            data[offset + flag_offset] |= 1
            offset = data.find(signature, offset + 4)
    path.write_bytes(data)
    assert "encrypted" in refusal(store, path)


def slip(name: str) -> Callable[[zipfile.ZipFile, bytes], None]:
    """A member whose name leads out of the zip."""
    return lambda archive, data: archive.writestr(name, data)


def link(archive: zipfile.ZipFile, _: bytes) -> None:
    """A member that is a symbolic link."""
    member = zipfile.ZipInfo("your_facebook_activity/messages/inbox/link_6100000000000009/message_1.json")
    member.create_system = 3
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(member, "/etc/hostname")


@pytest.mark.parametrize(
    "add_member",
    [slip("../../out/message_1.json"), slip("/tmp/out/message_1.json"), slip("C:/out/message_1.json"), link],
    ids=["parent", "absolute", "drive", "link"],
)
def test_hostile_members_of_a_zip_are_named_and_not_read(
    add_member: Callable[[zipfile.ZipFile, bytes], None], tmp_path: Path, store: Store
) -> None:
    path = write_zip(good_files(), tmp_path / "facebook.zip")
    (hostile,) = archive_files(one_chat(entry(FRIEND, START_MS, "hostile"))).values()
    with zipfile.ZipFile(path, "a") as archive:
        add_member(archive, hostile)
    summary = store.import_archives([path])
    assert summary.skipped_count == 1
    assert [file.status for file in summary.files].count("failed") == 1
    assert "hostile" not in bodies(store)
    assert len(bodies(store)) == 4


def test_links_in_a_folder_are_not_followed(tmp_path: Path, store: Store) -> None:
    root = write_folder(good_files(), tmp_path / "archive")
    (hostile,) = archive_files(one_chat(entry(FRIEND, START_MS, "hostile"))).values()
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "message_1.json").write_bytes(hostile)
    inbox = (root / THREAD).parent.parent
    (inbox / "linked_6100000000000007").symlink_to(outside)
    (inbox / "file_6100000000000008").mkdir()
    (inbox / "file_6100000000000008" / "message_1.json").symlink_to(outside / "message_1.json")
    summary = store.import_archives([root])
    assert "hostile" not in bodies(store)
    assert [file.status for file in summary.files].count("failed") == 2


def test_a_zip_bomb_is_named_and_the_rest_is_loaded(tmp_path: Path, store: Store) -> None:
    """A valid thread with forty million blanks in it."""
    (bomb,) = archive_files(one_chat(entry(FRIEND, START_MS, "bomb"))).values()
    files = {**good_files(), THREAD.replace("dorian", "bomb"): bomb[:-1] + b" " * 40_000_000 + bomb[-1:]}
    summary = store.import_archives([write_zip(files, tmp_path / "facebook.zip")])
    (failed,) = [file for file in summary.files if file.status == "failed"]
    assert "bomb_6100000000000001" in failed.path
    assert len(bodies(store)) == 4


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    root = write_folder(good_files(), tmp_path / "archive")
    with Archive([root], Limits(file_bytes=100)) as archive:
        (member,) = archive.json_members()
        with pytest.raises(ArchiveError, match="more than the limit of 100"):
            member.read()


def test_only_damaged_files_is_an_error(tmp_path: Path, store: Store) -> None:
    assert "dorian" in refusal(store, write_folder({THREAD: b"{"}, tmp_path / "archive"))
