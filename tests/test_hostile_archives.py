"""Archives made to harm: what is not read is named, what lies beside it is loaded, nothing breaks."""

import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from archive_builder import (
    FRIEND,
    START_MS,
    archive_files,
    dialogue,
    entry,
    json_bytes,
    one_chat,
    write_folder,
)
from command_line import Keyboard
from readings import read_archive
from servers import url_of
from snapshots import bodies, column

from rolecall.api import Store
from rolecall.archives.archive import Archive, Limits
from rolecall.archives.members import is_safe, part_no
from rolecall.errors import NotAnArchive, UnsafeArchive

pytestmark = pytest.mark.python_only

FOLDER = "your_facebook_activity/messages/inbox"
THREAD = f"{FOLDER}/dorian_6100000000000001/message_1.json"
GOOD = archive_files([dialogue("good_6100000000000002", 3)])
GOOD_BODIES = ["message 0", "message 1", "message 2"]


def hostile(text: str = "hostile") -> bytes:
    """One thread file, valid in itself."""
    (data,) = archive_files(one_chat(entry(FRIEND, START_MS, text))).values()
    return data


def zip_with(path: Path, *members: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    """A zip with the good chat and these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (*GOOD.items(), *members):
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize(
    "name",
    [
        f"../{THREAD}",
        f"/{THREAD}",
        f"C:/{THREAD}",
        f"a/../../{THREAD}",
        "..\\..\\inbox\\x_6100000000000001\\message_1.json",
        "C:\\inbox\\x_6100000000000001\\message_1.json",
        "\\\\server\\share\\message_1.json",
    ],
)
def test_names_that_lead_out_of_a_zip_are_named_and_not_read(name: str, tmp_path: Path) -> None:
    reading = read_archive(zip_with(tmp_path / "a.zip", (name, hostile())))
    assert reading.bodies == GOOD_BODIES
    assert ["leads out" in problem.reason for problem in reading.problems] == [True]


def test_backslashes_between_folders_are_windows_own(tmp_path: Path) -> None:
    reading = read_archive(zip_with(tmp_path / "a.zip", (THREAD.replace("/", "\\"), hostile("from Windows"))))
    assert sorted(map(str, reading.bodies)) == ["from Windows", *GOOD_BODIES]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFDIR])
def test_members_that_are_no_regular_files_are_not_read(kind: int, tmp_path: Path) -> None:
    member = zipfile.ZipInfo(THREAD)
    member.create_system = 3
    member.external_attr = (kind | 0o777) << 16
    reading = read_archive(zip_with(tmp_path / "a.zip", (member, hostile())))
    assert reading.bodies == GOOD_BODIES
    assert len(reading.problems) == 1


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_of_two_members_of_one_name_the_last_is_read_and_the_other_named(tmp_path: Path) -> None:
    path = zip_with(tmp_path / "a.zip", (THREAD, hostile("first")), (THREAD, hostile("last")))
    reading = read_archive(path)
    assert sorted(map(str, reading.bodies)) == ["last", *GOOD_BODIES]
    assert ["another member" in problem.reason for problem in reading.problems] == [True]
    twice = read_archive(zip_with(tmp_path / "b.zip", (THREAD, hostile()), (THREAD, hostile())))
    assert (twice.bodies.count("hostile"), twice.problems) == (1, [])


def test_names_that_cannot_be_printed_are_escaped(tmp_path: Path, store: Store) -> None:
    odd = "ding\x07\x1b[2J\n\u202edone_6100000000000003"
    path = zip_with(tmp_path / "a.zip", (f"{FOLDER}/{odd}/message_1.json", b"{"))
    summary = store.import_archives([path])
    (failed,) = [file for file in summary.files if file.status == "failed"]
    assert failed.path.isprintable()
    assert "\\x1b[2J\\n" in failed.path
    assert all(str(path).isprintable() for path in column(store, "select path from import_files"))


def test_names_that_are_no_utf_8_are_escaped(tmp_path: Path, store: Store) -> None:
    root = write_folder(GOOD, tmp_path / "archive")
    folder = os.fsencode(root / FOLDER) + b"/caf\xe9_6100000000000003"
    os.mkdir(folder)  # noqa: PTH102 - a Path cannot be made of these bytes
    (Path(os.fsdecode(folder)) / "message_1.json").write_bytes(hostile("found"))
    store.import_archives([root])
    assert "found" in bodies(store)
    assert any("caf\\udce9" in str(path) for path in column(store, "select path from import_files"))


def test_bombs_are_named_and_the_rest_is_loaded(tmp_path: Path) -> None:
    """A thread with blanks in it, one that is too large, and many small ones that are too much together."""
    bomb = hostile()[:-1] + b" " * 3_000_000 + b"}"
    limits = Limits(file_bytes=2_000_000, ratio=100, ratio_free_bytes=100_000, total_bytes=1_500_000)
    small = hostile()[:-1] + b" " * 90_000 + b"}"
    members = [(f"{FOLDER}/x_{6_200_000_000_000_000 + number}/message_1.json", small) for number in range(30)]
    steep = (f"{FOLDER}/steep_6100000000000008/message_1.json", small + b" " * 400_000)
    path = zip_with(tmp_path / "a.zip", (THREAD, bomb), steep, *members)
    reading = read_archive(path, limits=limits)
    assert set(GOOD_BODIES) <= set(reading.bodies)
    reasons = " ".join(problem.reason for problem in reading.problems)
    assert all(option in reasons for option in ("--max-file-bytes", "--max-ratio", "--max-total-bytes"))
    assert len(reading.bodies) < 3 + 20
    assert len(read_archive(path).bodies) == 3 + 32


def test_a_size_that_the_zip_lies_about_is_no_way_around_the_limits(tmp_path: Path) -> None:
    path = zip_with(tmp_path / "a.zip", (THREAD, hostile()[:-1] + b" " * 5_000_000 + b"}"))
    data = bytearray(path.read_bytes())
    directory = data.rfind(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = struct.pack("<I", 1000)
    path.write_bytes(data)
    reading = read_archive(path)
    assert reading.bodies == GOOD_BODIES
    assert len(reading.problems) == 1


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    root = write_folder(GOOD | {f"{number}.txt": b"" for number in range(9)}, tmp_path / "archive")
    with pytest.raises(UnsafeArchive, match="--max-files"):
        Archive([root], Limits(files=5))
    path = zip_with(tmp_path / "a.zip", *((f"{number}.txt", b"") for number in range(9)))
    with pytest.raises(NotAnArchive, match="--max-files"):
        Archive([path], Limits(files=5))


def test_folders_in_folders_have_an_end(tmp_path: Path) -> None:
    deep = "a/" * 70
    reading = read_archive(zip_with(tmp_path / "a.zip", (f"{deep}message_1.json", hostile())))
    assert reading.bodies == GOOD_BODIES
    root = write_folder(GOOD | {f"{deep}message_1.json": hostile()}, tmp_path / "archive")
    assert read_archive(root).bodies == GOOD_BODIES
    assert len(read_archive(root).problems) == len(reading.problems) == 1
    assert len(read_archive(root, limits=Limits(depth=99)).bodies) == 4


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 20_000,
        b"[" * 20_000 + b"]" * 20_000,
        b'{"participants": [], "messages": ' + b'{"a":' * 20_000 + b"1" + b"}" * 20_000 + b"}",
        hostile()[:-1] + b', "x": ' + b"[" * 20_000 + b"]" * 20_000 + b"}",
        b"",
        b"[object Object]",
        b"\xff\xfe{\x00}\x00",
        b"\x00" * 1000,
        b'{"participants": [{"name": "a"}], "messages": null}',
        b'{"participants": [{"name": "a"}], "messages": {"0": 1}}',
        b'{"participants": [{"name": "a"}], "messages": [1, null, []]}',
    ],
    ids=range(11),
)
def test_a_file_that_cannot_be_read_is_named(data: bytes, tmp_path: Path) -> None:
    reading = read_archive(zip_with(tmp_path / "a.zip", (THREAD, data)))
    assert reading.bodies == GOOD_BODIES
    assert [problem.path for problem in reading.problems] == [THREAD]
    assert all("\n" not in problem.reason for problem in reading.problems)


def test_absurd_numbers_cost_one_entry_at_most(tmp_path: Path, store: Store) -> None:
    times: list[object] = [10**30, -(10**30), 1e300, "9" * 5000, True, [], 2**63, -(2**63), 2**61 - 1, 5e-324]
    entries = [
        entry(FRIEND, START_MS, f"at {number}") | {"timestamp_ms": time, "call_duration": None}
        for number, time in enumerate(times)
    ]
    odd = {"call_duration": 10**40, "reactions": [{"reaction": "x", "actor": "y", "timestamp": 2**60}]}
    data = json_bytes(
        {"participants": [{"name": FRIEND}], "messages": [*entries, entry(FRIEND, START_MS) | odd]}
    )
    data = data.replace(b"5e-324", b"9" * 5000)
    summary = store.import_archives([zip_with(tmp_path / "a.zip", (THREAD, data))])
    assert set(GOOD_BODIES) <= set(bodies(store))
    assert column(store, "select count(*) from messages where kind = 'call'") == [1]
    assert summary.skipped_count == 1


def test_what_others_sent_and_empty_stubs_are_no_archives(tmp_path: Path, store: Store) -> None:
    """Zips that somebody sent in a chat, and the empty zip that each zip of a large download holds."""
    stub = b"PK\x05\x06" + b"\0" * 18
    sent = f"{FOLDER}/good_6100000000000002/files/homework.zip"
    path = zip_with(tmp_path / "a.zip", ("facebook_123.zip", stub), (sent, b"PK " * 50))
    assert store.import_archives([path], is_strict=True).skipped_count == 0
    root = write_folder({**GOOD, "facebook_123.zip": stub, sent: path.read_bytes()}, tmp_path / "archive")
    assert read_archive(root).problems == []
    assert read_archive(root).bodies == GOOD_BODIES


@pytest.mark.parametrize("folder", ["2023", "messages", "messages/2023"])
def test_zips_in_folders_of_a_folder_are_read(folder: str, tmp_path: Path) -> None:
    (tmp_path / "downloads" / folder).mkdir(parents=True)
    zip_with(tmp_path / "downloads" / folder / "facebook.zip")
    assert read_archive(tmp_path / "downloads").bodies == GOOD_BODIES


def test_a_folder_that_cannot_be_listed_is_named(tmp_path: Path) -> None:
    root = write_folder(GOOD, tmp_path / "archive")
    pipe = root / FOLDER / "pipe_6100000000000009"
    pipe.mkdir()
    os.mkfifo(pipe / "message_1.json")
    reading = read_archive(root)
    assert reading.bodies == GOOD_BODIES
    assert ["no regular file" in problem.reason for problem in reading.problems] == [True]


def test_the_command_line_raises_a_limit(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(zip_with(tmp_path / "a.zip"))
    keyboard = Keyboard(tmp_path, url_of(store.database), monkeypatch)
    refused = keyboard.type("import", path, "--max-file-bytes", "100")
    assert refused.code == 1
    assert "--max-file-bytes" in refused.notes
    assert keyboard.type("import", path, "--max-file-bytes", "100000", "--max-depth", "9").code == 0


@pytest.mark.parametrize(
    ("name", "is_inside"),
    [
        ("a/b.json", True),
        ("a..b", True),
        *((name, False) for name in ("", ".", "..", "a/..", "/a", "a\\b", "a\0b")),
    ],
)
def test_names_are_inside_an_archive_or_not(name: str, is_inside: bool) -> None:
    assert is_safe(name) == is_inside


def test_parts_are_told_by_their_names_even_when_these_were_cut() -> None:
    names = ["message_1", "message_12", "message", "messa", "message_", "messages_Ann", "message_x", "other"]
    assert [part_no(f"x/{name}.json") for name in names] == [1, 12, 1, 1, 1, None, None, None]
