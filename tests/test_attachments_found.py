"""Where the files lie that messages name, and which zips are what somebody sent."""

import struct
from pathlib import Path

import pytest
from archive_builder import (
    FRIEND,
    OWNER,
    START_MS,
    archive_files,
    entry,
    json_bytes,
    one_chat,
    write_folder,
    write_zip,
)
from readings import read_archive

from rolecall.archives.archive import Archive

CHAT = "inbox/dorian_6100000000000001"
PHOTO = f"messages/{CHAT}/photos/1.jpg"


def chat(*uris: str, top: str = "messages") -> dict[str, bytes]:
    """A chat that names these files."""
    (data,) = archive_files(one_chat(entry(FRIEND, START_MS, photos=[{"uri": uri} for uri in uris]))).values()
    return {f"{top}/{CHAT}/message_1.json": data}


@pytest.mark.parametrize("is_zip", [False, True])
@pytest.mark.parametrize(
    ("uri", "photo", "status"),
    [
        (f"your_facebook_activity/{PHOTO}", f"export/{PHOTO}", "present"),
        (PHOTO, f"export/{PHOTO}", "present"),
        (PHOTO, f"your_facebook_activity/{PHOTO}", "present"),
        (f"your_facebook_activity/{PHOTO}", PHOTO, "present"),
        (PHOTO, PHOTO.replace("inbox", "archived_threads"), "present"),
        (f"your_facebook_activity/{PHOTO}", f"x/{PHOTO}".replace("inbox", "e2ee_cutover"), "present"),
        ("your_facebook_activity/messages/photos/1.jpg", "export/messages/photos/1.jpg", "present"),
        ("messages/stickers_used/1.png", "posts/media/stickers_used/1.png", "present"),
        ("photos/1.jpg", f"messages/{CHAT}/photos/1.jpg", "present"),
        ("image.jpg", "image.jpg", "present"),
        ("image.jpg", f"messages/{CHAT}/image.jpg", "present"),
        (f"messages/{CHAT}/photos/é.jpg", f"messages/{CHAT}/photos/e\u0301.jpg", "present"),
        (PHOTO, PHOTO.replace("dorian_6100000000000001", "zoe_6100000000000002"), "missing"),
        (PHOTO, "photos/1.jpg", "present"),
        (PHOTO, "1.jpg", "missing"),
        (PHOTO, "x/photos/1.jpg", "missing"),
        ("photos/1.jpg", "messages/inbox/zoe_6100000000000002/photos/1.jpg", "missing"),
        ("image.jpg", "messages/inbox/zoe_6100000000000002/photos/image.jpg", "missing"),
        ("image.jpg", "messages/inbox/zoe_6100000000000002/image.jpg", "missing"),
        ("HTTPS://scontent.example/1.jpg", "x/1.jpg", "remote"),
        ("Http://scontent.example/1.jpg", "x/1.jpg", "remote"),
        ("file:///1.jpg", "x/1.jpg", "rejected"),
        ("Failed to download media", "media/1.jpg", "missing"),
    ],
)
def test_a_file_is_found_wherever_its_download_has_it_and_never_in_another_chat(
    uri: str, photo: str, status: str, is_zip: bool, tmp_path: Path
) -> None:
    top = "export/messages" if photo.startswith("export/") else "messages"
    files = chat(uri, top=top) | {photo: b"x"}
    path = write_zip(files, tmp_path / "a.zip") if is_zip else write_folder(files, tmp_path / "a")
    assert read_archive(path).statuses == {uri: status}


@pytest.mark.parametrize("name", ["dorian_6100000000000001", "a copy"])
def test_the_folder_of_one_chat_holds_what_it_names(name: str, tmp_path: Path) -> None:
    (data,) = chat(f"your_facebook_activity/{PHOTO}").values()
    root = write_folder({"message_1.json": data, "photos/1.jpg": b"x"}, tmp_path / name)
    write_folder({"message_1.json": data, "photos/2.jpg": b"x"}, tmp_path / "zoe")
    assert set(read_archive(root).statuses.values()) == {"present"}
    assert set(read_archive(tmp_path / "zoe").statuses.values()) == {"missing"}


def test_files_lie_in_another_zip_with_another_top(tmp_path: Path) -> None:
    zips = [
        write_zip(
            chat(f"your_facebook_activity/{PHOTO}"), tmp_path / "1.zip", "facebook-1/your_facebook_activity"
        ),
        write_zip({PHOTO: b"x"}, tmp_path / "2.zip", "facebook-2/your_facebook_activity"),
    ]
    assert set(read_archive(*zips).statuses.values()) == {"present"}


@pytest.mark.parametrize("is_zip", [False, True])
@pytest.mark.parametrize("top", ["", "messages/"])
def test_a_zip_that_somebody_sent_in_an_encrypted_chat_is_a_file(
    top: str, is_zip: bool, tmp_path: Path
) -> None:
    sent = {"senderName": FRIEND, "text": "", "timestamp": START_MS, "type": "media"}
    chat = {
        "participants": [OWNER, FRIEND],
        "threadName": "Dorian_1",
        "messages": [sent | {"media": [{"uri": "./media/u1.zip"}]}],
    }
    files = {f"{top}Dorian_1.json": json_bytes(chat), "media/u1.zip": b"PK\x03\x04" + b"z" * 100}
    path = write_zip(files, tmp_path / "a.zip") if is_zip else write_folder(files, tmp_path / "a")
    reading = read_archive(path)
    assert (reading.statuses, reading.problems) == ({"./media/u1.zip": "present"}, [])


def without_utf_8_flag(path: Path) -> Path:
    """Clear in a zip what says that its names are UTF-8, as macOS' own archiver does."""
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(mark)
        while start >= 0:
            (flags,) = struct.unpack_from("<H", data, start + offset)
            struct.pack_into("<H", data, start + offset, flags & ~0x800)
            start = data.find(mark, start + 4)
    path.write_bytes(data)
    return path


def test_names_in_utf_8_are_read_as_such_where_a_zip_does_not_say_so(tmp_path: Path) -> None:
    photo = PHOTO.replace("1.jpg", "Žofie 🙂.jpg")
    path = without_utf_8_flag(write_zip(chat(photo) | {photo: b"x", "Zoë_1.json": b"{}"}, tmp_path / "a.zip"))
    assert read_archive(path).statuses == {photo: "present"}
    with Archive([path]) as archive:
        assert "Zoë_1.json" in {member.path for member in archive.json_members()}


def test_names_of_other_zips_stay_what_they_are(tmp_path: Path) -> None:
    path = write_zip({"Zo\u2264_1.json": b"{}"}, tmp_path / "a.zip")
    data = path.read_bytes().replace("Zo\u2264_1.json".encode(), b"Zo\x89\x89\x89_1.json")
    path.write_bytes(data)
    with Archive([without_utf_8_flag(path)]) as archive:
        assert [member.path for member in archive.json_members()] == ["Zoëëë_1.json"]
