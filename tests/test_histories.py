"""Downloads of random histories, imported in random order, some twice: the store knows what can be known."""

import os
import random
import shutil
from itertools import count, islice
from pathlib import Path

import pytest
from archive_builder import write_folder, write_zip
from histories import Download, World, is_knowable, truth

import rolecall
from rolecall.api import Store

# ROLECALL_TEST_HISTORIES says how many; the full thousand takes a quarter of an hour.
COUNT = int(os.environ.get("ROLECALL_TEST_HISTORIES", "20"))
SEEDS = list(islice((seed for seed in count() if is_knowable(World(seed))), COUNT))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_store_knows_what_downloads_in_any_order_can_tell(
    seed: int, tmp_path: Path, empty_store_path: Path
) -> None:
    world = World(seed)
    draw = random.Random(seed)
    downloads = list(world.downloads)
    draw.shuffle(downloads)
    again = draw.choices(downloads, k=draw.randrange(2))
    store = rolecall.open(shutil.copyfile(empty_store_path, tmp_path / "store.duckdb").as_posix())
    for number, download in enumerate([*downloads, *again]):
        _import(store, world, download, tmp_path / str(number), is_zip=draw.random() < 0.3)
    assert known(store, has_actors=not world.has_left) == truth(world, downloads)
    assert store.check_store() == {}


def _import(store: Store, world: World, download: Download, place: Path, *, is_zip: bool) -> None:
    files = download.files(world)
    if is_zip:
        place.mkdir()
        store.import_archives([write_zip(files, place / "facebook.zip")])
    else:
        store.import_archives([write_folder(files, place)])


def known(store: Store, *, has_actors: bool) -> list[tuple[object, ...]]:
    """Return what the store holds, in the shape of `truth`."""
    query = """
        select m.thread_id, m.message_id, m.sent_at_ms, p.display_name, m.kind, m.body, m.is_unsent
        from messages m join participants p using (participant_id)
        order by m.thread_id, m.sent_at_ms, m.ordinal
    """
    reactions_query = """
        select r.thread_id, r.message_id, r.emoji, p.display_name
        from reactions r join participants p using (participant_id)
    """
    reactions: dict[tuple[object, object], list[tuple[str, str]]] = {}
    with store.sql(reactions_query) as result:
        for row in result.rows():
            place = (row["thread_id"], row["message_id"])
            reactions.setdefault(place, []).append(
                (str(row["emoji"]), str(row["display_name"]) if has_actors else "")
            )
    threads: dict[object, list[tuple[object, ...]]] = {}
    with store.sql(query) as result:
        for row in result.rows():
            gone = bool(row["is_unsent"])
            held = tuple(sorted(reactions.get((row["thread_id"], row["message_id"]), [])))
            one = (row["sent_at_ms"], row["display_name"], row["body"], gone, held)
            threads.setdefault(row["thread_id"], []).append(one)
    return sorted(tuple(said) for said in threads.values())
