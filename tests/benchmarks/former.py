"""The stores that former code makes, beside today's: `python -m benchmarks.former` in `tests`.

A first import must give the same rows; where a later one gives others, that is told by its archives, to be
looked at. The former code is checked out beside the archives, and uses today's libraries.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
from archive_builder import write_folder
from histories import World

FORMER = "e35eb67"
ROOT = Path(__file__).parents[2]
# What an import says of itself, and what a release says of its tables.
_LEFT_OUT = {"imports": ("started_at", "finished_at", "arguments")}
_OWN_TABLES = ("alembic_version", "settings", "store_views")
_SCRIPT = """
import json, sys, rolecall
for path, archives in json.load(open(sys.argv[1])):
    for archive in archives:
        rolecall.open(path).import_archives([archive])
"""

Job = tuple[str, list[Path]]
"""A name, and archives that are imported one after the other."""


def jobs(histories: int, folders: list[Path], place: Path) -> Iterator[Job]:
    """Yield first imports, and, of histories, all their downloads in random order."""
    for folder in folders:
        for archive in sorted({path.parents[0] for path in folder.glob("*/EXPECTED.json")}):
            steps = json.loads((archive / "EXPECTED.json").read_text(encoding="utf-8"))["steps"]
            yield f"first {archive.name}", [archive / name for name in steps[0]["import"]][:1]
    for seed in range(histories):
        world = World(seed)
        downloads = [download for download in world.downloads if download.is_readable(world)]
        random.Random(seed).shuffle(downloads)
        written = [
            write_folder(download.files(world), place / f"{seed}-{number}")
            for number, download in enumerate(downloads)
        ]
        if written:
            yield f"first {seed}", written[:1]
            yield f"later {seed}", written


def differences(one: Path, other: Path) -> dict[str, int]:
    """Return the tables of which two stores differ, with how many rows."""
    found = {}
    with duckdb.connect() as connection:
        for name, path in (("one", one), ("other", other)):
            connection.execute(f"attach '{path}' as {name} (read_only)")
        columns: dict[str, list[set[str]]] = {}
        for database in ("one", "other"):
            rows = connection.execute(
                "select table_name, column_name from duckdb_columns()"
                " where database_name = ? and not internal"
                " and table_name in (select table_name from duckdb_tables() where database_name = ?)",
                [database, database],
            ).fetchall()
            for table in {table for table, _ in rows}:
                columns.setdefault(table, []).append({column for of, column in rows if of == table})
        for table, both in sorted(columns.items()):
            if len(both) < 2 or table in _OWN_TABLES:
                continue
            shared = sorted(both[0] & both[1] - set(_LEFT_OUT.get(table, ())))
            listed = ", ".join(f'"{column}"' for column in shared)
            parts = [f"select {listed} from {database}.{table}" for database in ("one", "other")]
            (count,) = connection.execute(
                f"select count(*) from (({parts[0]} except all {parts[1]})"
                f" union all ({parts[1]} except all {parts[0]}))"
            ).fetchone() or (0,)
            if count:
                found[table] = count
    return found


def main(words: list[str] | None = None) -> None:
    """Compare what the command line asks for; exit with 1 where a first import differs."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.former", description="Compare with former code."
    )
    parser.add_argument("--former", default=FORMER, help="the commit")
    parser.add_argument("--histories", type=int, default=50)
    parser.add_argument("--archives", type=Path, action="append", default=[], help="a folder of cases")
    told = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="former-") as name:
        place = Path(name)
        checkout = place / "checkout"
        subprocess.run(
            ["git", "worktree", "add", "--detach", "--quiet", checkout, told.former], cwd=ROOT, check=True
        )
        try:
            folders = [ROOT / "tests" / "data" / "facebook", *told.archives]
            listed = list(jobs(told.histories, folders, place / "archives"))
            for code, source in (("former", checkout / "src"), ("today", ROOT / "src")):
                _import(listed, place / code, source)
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", checkout], cwd=ROOT, check=True)
        found = {job: differences(place / "former" / f"{number}.duckdb", place / "today" / f"{number}.duckdb")
                 for number, (job, _) in enumerate(listed)}  # fmt: skip
    for job, tables in found.items():
        if tables:
            print(job, tables)
    first = [job for job, tables in found.items() if tables and job.startswith("first")]
    later = [job for job, tables in found.items() if tables and job.startswith("later")]
    print(
        f"{len(found)} stores; first imports that differ: {len(first)}; histories that differ: {len(later)}"
    )
    sys.exit(1 if first else 0)


def _import(listed: list[Job], folder: Path, source: Path) -> None:
    folder.mkdir()
    stores = [
        (str(folder / f"{number}.duckdb"), [str(archive) for archive in archives])
        for number, (_, archives) in enumerate(listed)
    ]
    (folder / "jobs.json").write_text(json.dumps(stores))
    environment = {**os.environ, "PYTHONPATH": str(source)}
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _SCRIPT, folder / "jobs.json"], env=environment, check=True
    )


if __name__ == "__main__":
    main()
