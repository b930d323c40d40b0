"""An export of a lake that replaces another one: at every moment one of the two is whole."""

import hashlib
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from test_lake import DEMO, joined

import rolecall
from rolecall.errors import EmptyDataset, OutputExists
from rolecall.lake import build_lake, export_lake

# A child dies at the n-th step that changes a name, for each n until there is none left to die at.
_DYING_PLACES = """
import itertools, json, os, shutil, signal, sys
from pathlib import Path
from rolecall.lake.output import BucketFile, LakeExportSummary, staging

old, new, places = map(Path, sys.argv[1:])
said = json.loads((new / "manifest.json").read_text())
said["files"] = tuple(BucketFile(**file) for file in said["files"])
summary = LakeExportSummary(**said)


def place(out, moment):
    left = itertools.count(moment, -1)
    def dying(change):
        def changed(*words, **options):
            if next(left) == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return change(*words, **options)
        return changed
    with staging(out, tuple(said["buckets"]), 64, is_forced=True) as stage:
        for file in new.glob("bucket-*"):
            shutil.copyfile(file, stage.folder / file.name)
        names = ("replace", "rename", "unlink")
        for owner, name in (*((Path, one) for one in names), (os, "link"), (shutil, "rmtree")):
            setattr(owner, name, dying(getattr(owner, name)))
        stage.publish(summary)


for moment in itertools.count():
    out = places / str(moment)
    shutil.copytree(old, out)
    child = os.fork()
    if not child:
        place(out, moment)
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        break
"""

_DYING_EXPORT = """
import os, signal, sys
from rolecall.lake import exporting

write, numbers = exporting._write_bucket, iter(range(9))
def dying(*words):
    if next(numbers) == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return write(*words)
exporting._write_bucket = dying
exporting.export_lake(sys.argv[1], "later", sys.argv[2], is_forced=True)
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a lake and the exports of two datasets, which differ in every file; one lacks buckets."""
    folder = tmp_path_factory.mktemp("study")
    store = rolecall.open(str(folder / "store.duckdb"))
    store.import_archives([DEMO])
    store.add_persona("mirela", ["Mirela Stokvist"])
    store.create_dataset("former", persona="mirela")
    store.create_dataset("later", persona="mirela", has_group=False, system_prompt="You are {persona}.")
    build_lake(store.database, folder / "lake")
    for name in ("former", "later"):
        export_lake(folder / "lake", name, folder / name)
    return folder


def named(out: Path) -> list[str]:
    """Return the hashes of the files that the manifest names, each of which must be as it says."""
    files = json.loads((out / "manifest.json").read_text())["files"]
    for file in files:
        assert hashlib.sha256((out / file["path"]).read_bytes()).hexdigest() == file["sha256"]
        assert (out / file["lineage_path"]).stat().st_size
    return [file["sha256"] for file in files]


def test_whenever_it_is_killed_the_manifest_names_the_old_files_or_the_new_ones(
    study: Path, tmp_path: Path
) -> None:
    former, later = study / "former", study / "later"
    assert len(named(former)) > len(named(later)) > 1
    subprocess.run([sys.executable, "-c", _DYING_PLACES, former, later, tmp_path], check=True)
    outs = sorted(tmp_path.iterdir(), key=lambda path: int(path.name))
    states = [named(out) for out in outs]
    turn = states.index(named(later))
    assert states == [named(former)] * turn + [named(later)] * (len(outs) - turn)
    assert 0 < turn < len(outs) - 10
    for out in outs:  # who reads all files reads no message twice
        for file in out.glob("bucket-*.jsonl"):
            held = [path.read_bytes() for one in (former, later) if (path := one / file.name).exists()]
            assert file.read_bytes() in held
    assert joined(outs[-1]) == joined(later)
    for out in outs[:: len(outs) // 4]:
        export_lake(study / "lake", "later", out, is_forced=True)
        assert joined(out) == joined(later)
        assert sorted(path.name for path in out.iterdir()) == sorted(path.name for path in later.iterdir())


def test_what_is_killed_while_it_writes_leaves_the_old_result(study: Path, tmp_path: Path) -> None:
    out = shutil.copytree(study / "former", tmp_path / "out")
    command = [sys.executable, "-c", _DYING_EXPORT, str(study / "lake"), str(out)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert named(out) == named(study / "former")
    assert joined(out) == joined(study / "former")


def test_what_yields_nothing_leaves_the_old_result(study: Path, tmp_path: Path) -> None:
    out = shutil.copytree(study / "former", tmp_path / "out")
    before = sorted(out.iterdir())
    with pytest.raises(EmptyDataset):
        export_lake(study / "lake", "former", out, split="validation", is_forced=True)
    assert named(out) == named(study / "former")
    assert sorted(out.iterdir()) == before
    with pytest.raises(EmptyDataset):
        export_lake(study / "lake", "former", tmp_path / "new", split="validation")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("is_forced", [False, True])
def test_another_range_does_not_write_into_the_buckets_of_a_whole_result(
    study: Path, tmp_path: Path, is_forced: bool
) -> None:
    out = shutil.copytree(study / "former", tmp_path / "out")
    with pytest.raises(OutputExists, match="holds the buckets 0-63 already"):
        export_lake(study / "lake", "later", out, buckets=(0, 31), is_forced=is_forced)
    assert named(out) == named(study / "former")
