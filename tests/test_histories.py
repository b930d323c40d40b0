"""Downloads of random histories, imported in random order, some twice: the store knows what can be known."""

import os
import random
from itertools import count, islice
from pathlib import Path

import pytest
from archive_builder import write_folder, write_zip, write_zips
from histories import World
from history_downloads import Download
from history_knowable import Knowable
from history_truth import Truth
from history_words import DELETED
from servers import ENGINES, tries

from rolecall.api import Store
from rolecall.errors import NotAnArchive

# ROLECALL_TEST_HISTORIES says how many; a thousand takes an hour. ROLECALL_TEST_HISTORY names the first.
COUNT = int(os.environ.get("ROLECALL_TEST_HISTORIES", "20"))
FIRST = int(os.environ.get("ROLECALL_TEST_HISTORY", "0"))


def is_knowable(seed: int) -> bool:
    """Return whether the downloads of a history tell all that they show."""
    world = World(seed)
    return Knowable(world, world.downloads).is_knowable()


SEEDS = list(islice((seed for seed in count(FIRST) if is_knowable(seed)), COUNT))
# Each came out wrong once: a rename in a chat of two was taken for a group; a download's messages lay in the
# gap between two others; the zips of one download of encrypted chats were taken for two.
FORMER_FAILURES = [191, 764, 24]


# Few of them on a server, where each takes several times as long: see `servers.tries`.
CASES = [(engine, seed) for engine in ENGINES for seed in SEEDS[: tries(COUNT, engine)]]
CASES += [("duckdb", seed) for seed in FORMER_FAILURES if seed not in SEEDS]


@pytest.mark.parametrize(("engine", "seed"), CASES)
def test_a_store_knows_what_downloads_in_any_order_can_tell(store: Store, seed: int, tmp_path: Path) -> None:
    world = World(seed)
    draw = random.Random(seed)
    downloads = list(world.downloads)
    draw.shuffle(downloads)
    again = draw.choices(downloads, k=draw.randrange(2))
    for number, together in enumerate(_commands([*downloads, *again], draw)):
        inputs = [
            path
            for place, download in enumerate(together)
            for path in _written(download, world, tmp_path / f"{number}-{place}", draw, len(together) == 1)
        ]
        if any(download.is_readable(world) for download in together):
            store.import_archives(inputs)
        else:
            with pytest.raises(NotAnArchive):
                store.import_archives(inputs)
    assert known(store, has_actors=not world.has_left) == Truth(world, downloads).threads()
    assert store.check_store() == {}


def _commands(downloads: list[Download], draw: random.Random) -> list[list[Download]]:
    """Deal downloads out to commands: one by one, or several in one."""
    commands: list[list[Download]] = []
    for download in downloads:
        if commands and download not in commands[-1] and draw.random() < 0.3:
            commands[-1].append(download)
        else:
            commands.append([download])
    return commands


def _written(
    download: Download, world: World, place: Path, draw: random.Random, is_alone: bool
) -> list[Path]:
    """Write a download as a folder, a zip or, when no other one is named beside it, several zips."""
    files = download.files(world)
    place.mkdir()
    form = draw.choice(("folder", "folder", "zip", "zips" if is_alone else "zip"))
    if form == "zips":
        return write_zips(files, place, 2)
    if form == "zip":
        return [write_zip(files, place / "download.zip", top=draw.choice(("", "facebook-orla")))]
    return [write_folder(files, place / "download")]


def known(store: Store, *, has_actors: bool) -> list[tuple[object, ...]]:
    """Return what the store holds, in the shape of `Truth.threads`."""
    reactions = _listed(
        store,
        f"select r.thread_id, r.message_id, r.emoji, {_NAME} as name from reactions r join participants p"
        " using (participant_id)",
    )
    files = _listed(
        store,
        "select thread_id, message_id, kind || ' ' || status as file from attachments order by attachment_no",
    )
    threads: dict[object, list[object]] = {}
    with store.sql("select thread_id, title, kind from threads") as result:
        threads.update({row["thread_id"]: [(row["title"], row["kind"])] for row in result.rows()})
    query = f"""
        select m.thread_id, m.message_id, m.sent_at_ms, {_NAME} as name, m.kind, m.body
        from messages m join participants p using (participant_id)
        order by m.thread_id, m.sent_at_ms, m.ordinal
    """
    with store.sql(query) as result:
        for thread_id, message_id, sent_at_ms, name, kind, body in (
            tuple(row.values()) for row in result.rows()
        ):
            place = (thread_id, message_id)
            held = sorted((emoji, who if has_actors else "") for emoji, who in reactions.get(place, []))
            found = tuple(one for (one,) in files.get(place, [])) if kind != "unsent" else ()
            one = (sent_at_ms, name, kind, body, tuple(held), found)
            threads[thread_id].append(one)
    return sorted((tuple(said) for said in threads.values()), key=repr)


_NAME = f"case when p.is_anonymous then '{DELETED}' else p.display_name end"


def _listed(store: Store, query: str) -> dict[tuple[object, object], list[tuple[object, ...]]]:
    """Return rows by thread and message."""
    found: dict[tuple[object, object], list[tuple[object, ...]]] = {}
    with store.sql(query) as result:
        for thread_id, message_id, *rest in (tuple(row.values()) for row in result.rows()):
            found.setdefault((thread_id, message_id), []).append(tuple(rest))
    return found
