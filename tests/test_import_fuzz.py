"""Damaged and hostile archives at random: never a traceback, and good chats beside them are always loaded.

A modest number of mutants by default; `ROLECALL_FUZZ=10000` tries as many.
"""

import json
import os
import random
import zipfile
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest
from archive_builder import (
    FRIEND,
    OWNER,
    START_MS,
    Files,
    archive_files,
    dialogue,
    entry,
    one_chat,
    profile_files,
)
from readings import read_archive
from snapshots import bodies
from test_encrypted_chats import secure_entry, secure_file
from test_instagram import legacy_files, said

from rolecall.api import Store
from rolecall.errors import RolecallError

MUTANTS = int(os.environ.get("ROLECALL_FUZZ", "100"))
_PER_IMPORT = 100
# Seeds that found a mistake once.
_FOUND = [12]
GOOD_PATH = "your_facebook_activity/messages/inbox/good_6100000000000077/message_1.json"
GOOD_BODIES = [f"message {number}" for number in range(3)]
ODD: list[object] = [
    *(None, True, -1, 0.5, 10**40, -(10**19), 1e308, "", "x", "\ud83d", "\x00", "1e5", [], {}, [[]], [None]),
    *({"uri": 7}, {"name": []}, [{"reaction": "x"}], {"link": {}}),
    *("../../etc/passwd", "https://example.org", "Facebook user"),
]


def originals() -> list[Files]:
    """One small archive of each shape, each with one file."""
    fields: dict[str, object] = {
        "photos": [{"uri": "messages/x/photos/1.jpg", "creation_timestamp": 1}],
        "reactions": [{"reaction": "❤", "actor": OWNER, "timestamp": 1_700_000_000}],
        "share": {"link": "https://example.org", "share_text": "ž"},
        "sticker": {"uri": "messages/stickers_used/1.png", "ai_stickers": []},
        "call_duration": 7,
        "users": [{"name": FRIEND}],
    }
    sent = [
        entry(FRIEND, START_MS + number, f"fuzz {number}", **{key: fields[key]})
        for number, key in enumerate(fields)
    ]
    secure = [
        secure_entry(FRIEND, 0, "fuzz", reactions=[{"actor": OWNER, "reaction": "❤"}]),
        secure_entry(OWNER, 1, type="media", media=[{"uri": "./media/1.jpeg"}]),
    ]
    legacy = legacy_files(
        said("ilka_v", 1, "fuzz", likes=[{"username": "a", "date": "2019-01-01"}]), said("dorian.m", 0)
    )
    return [
        archive_files(one_chat(*sent)),
        archive_files(one_chat(*sent), "A1"),
        {f"messages/{FRIEND}_7.json": secure_file(*secure)},
        {"messages.json": legacy["messages.json"]},
        {"profile.json": legacy["profile.json"]},
        profile_files(OWNER),
    ]


def truncated(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def flipped(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 3, 20))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def spliced(data: bytes, chance: random.Random) -> bytes:
    start, end = sorted(chance.randrange(len(data)) for _ in range(2))
    return data[:start] + data[end:] + data[start:end]


def nested(data: bytes, chance: random.Random) -> bytes:
    depth = chance.choice((50, 900, 20_000))
    return (
        data.replace(b"[", b"[" * depth, 1)
        if chance.random() < 0.5
        else data[:-1] + b', "x": ' + b"[" * depth
    )


def retyped(data: bytes, chance: random.Random) -> bytes:
    """Return the document with some of its values replaced, added or left out."""
    document = json.loads(data)
    for _ in range(chance.choice((1, 1, 2, 5))):
        holder = document
        while isinstance(holder, dict | list) and holder:
            key = chance.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
            inner = holder[key]
            if chance.random() < 0.4 or not isinstance(inner, dict | list) or not inner:
                if chance.random() < 0.2:
                    del holder[key]
                else:
                    holder[key] = deepcopy(chance.choice(ODD))
                break
            holder = inner
    return json.dumps(document).encode()


MUTATIONS: list[Callable[[bytes, random.Random], bytes]] = [
    truncated,
    flipped,
    spliced,
    nested,
    retyped,
    retyped,
    retyped,
]


def mutants(seed: int, count: int) -> list[Files]:
    """Return archives of one file each, all damaged."""
    chance = random.Random(seed)
    known = originals()
    made = []
    for _ in range(count):
        ((path, data),) = chance.choice(known).items()
        made.append({path: chance.choice(MUTATIONS)(data, chance)})
    return made


def good() -> Files:
    """A chat that must be loaded whatever lies beside it."""
    ((_, data),) = archive_files([dialogue("good_6100000000000077", 3)]).items()
    return {GOOD_PATH: data}


@pytest.mark.python_only
@pytest.mark.parametrize("seed", sorted({*range(-(-MUTANTS // _PER_IMPORT)), *_FOUND}))
def test_damaged_files_never_stop_an_import(seed: int, tmp_path: Path, store: Store) -> None:
    """Many mutants lie in one archive, each in a folder of its own, and are imported twice."""
    path = tmp_path / "fuzz.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in good().items():
            archive.writestr(name, data)
        for number, files in enumerate(mutants(seed, _PER_IMPORT)):
            for name, data in files.items():
                archive.writestr(f"{number}/{name}", data)
    store.import_archives([path])
    assert set(GOOD_BODIES) <= set(bodies(store))
    assert store.check_store() == {}
    assert store.import_archives([path], is_again=True).added_count == 0


@pytest.mark.parametrize("seed", range(-(-MUTANTS // _PER_IMPORT)))
def test_damaged_zips_are_refused_or_read_in_part(seed: int, tmp_path: Path) -> None:
    """A zip whose own bytes are wrong may lose anything, but says so in one line."""
    chance = random.Random(seed)
    (tmp_path / "good").mkdir()
    with zipfile.ZipFile(tmp_path / "good" / "good.zip", "w") as archive:
        for name, data in good().items():
            archive.writestr(name, data)
    for number, files in enumerate(mutants(seed, _PER_IMPORT)):
        path = tmp_path / "good" / "fuzz.zip"
        with zipfile.ZipFile(path, "w", chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
            for name, data in files.items():
                archive.writestr(f"{number}/{name}", data)
        path.write_bytes(chance.choice((truncated, flipped, flipped, spliced))(path.read_bytes(), chance))
        reading = read_archive(tmp_path / "good")
        assert set(GOOD_BODIES) <= set(reading.bodies)
        assert all(problem.path.isprintable() and "\n" not in problem.reason for problem in reading.problems)
        assert "\n" not in refusal(path)


def refusal(path: Path) -> str:
    """Return why an archive is refused as a whole, `''` when it is not."""
    try:
        read_archive(path)
    except RolecallError as error:
        return str(error)
    return ""
