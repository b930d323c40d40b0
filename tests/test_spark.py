"""Spark with separate executor processes writes the bytes of DuckDB and PostgreSQL, also when one is killed.

Spark needs Java 17; without it these tests are skipped.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from command_line import ROLECALL
from servers import postgres_database
from test_lake import DEMO, joined, lineage

import rolecall
from rolecall.errors import RolecallError
from rolecall.lake import build_lake, export_lake

pytestmark = pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java, which Spark needs")
# Each takes a minute of both cores.
of_the_part = pytest.mark.skipif(
    not os.environ.get("ROLECALL_TEST_SPARK"), reason="in the part `spark` of proven.toml"
)
CLUSTER = "local-cluster[2,1,1024]"
DATASETS = {"exchange": {}, "sliding": {"preset": "langchain"}}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a lake, and each dataset's bytes as one DuckDB store writes them."""
    folder = tmp_path_factory.mktemp("study")
    store = rolecall.open(str(folder / "store.duckdb"))
    store.import_archives([DEMO])
    with store.database.transaction() as connection:  # words without blanks between them
        for body, step in (("สวัสดี", 5), ("你好", 7)):
            connection.execute(
                sa.text(
                    "update messages set body = :body where kind = 'text' and mod(message_id, :step) = 0"
                ),
                {"body": body, "step": step},
            )
    store.add_persona("mirela", ["Mirela Stokvist"])
    for name, options in DATASETS.items():
        store.create_dataset(name, persona="mirela", **options)
        store.export(name, folder / f"{name}.jsonl")
    careful = {"skip_duplicates": True, "has_placeholders": True, "min_words": 3}
    store.create_dataset("careful", persona="mirela", **careful)  # type: ignore[arg-type]
    store.export("careful", folder / "careful.jsonl")
    build_lake(store.database, folder / "lake")
    return folder


def _spark(study: Path, dataset: str, out: Path, *where: str) -> subprocess.Popen[str]:
    chosen = where or ("--master", CLUSTER)
    words = ["export", dataset, "--lake", str(study / "lake"), "-o", str(out), *chosen]
    return subprocess.Popen([*ROLECALL, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _assert_the_same(study: Path, dataset: str, out: Path, tmp_path: Path) -> None:
    assert joined(out) == (study / f"{dataset}.jsonl").read_bytes()
    export_lake(study / "lake", dataset, tmp_path / "by-duckdb")
    said, by_duckdb = (
        json.loads((folder / "manifest.json").read_text()) for folder in (out, tmp_path / "by-duckdb")
    )
    assert said.pop("engine") == "spark"
    assert by_duckdb.pop("engine") == "duckdb"
    assert said == by_duckdb  # counts of tokens and hashes too
    assert lineage(out) == lineage(tmp_path / "by-duckdb")
    assert not list(out.glob("_*"))


@pytest.mark.parametrize("dataset", [pytest.param("sliding", marks=of_the_part), "careful"])
def test_the_cluster_writes_the_bytes_of_one_store(study: Path, dataset: str, tmp_path: Path) -> None:
    process = _spark(study, dataset, tmp_path / "out")
    shown, _ = process.communicate(timeout=1500)
    assert process.returncode == 0, shown
    _assert_the_same(study, dataset, tmp_path / "out", tmp_path)


def _executors(parent: int) -> Iterator[int]:
    """Yield the executor processes that descend from a process."""
    parents: dict[int, int] = {}
    executors: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if b"CoarseGrainedExecutorBackend" in (folder / "cmdline").read_bytes():
                executors.append(int(folder.name))
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended
    for pid in executors:
        above = pid
        while above not in (0, 1, parent):
            above = parents.get(above, 0)
        if above == parent:
            yield pid


@of_the_part
def test_from_python_too_what_spark_writes_is_its_users_alone(study: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir(0o755)
    program = (
        "import os, sys; from rolecall.lake import export_lake; os.umask(0o022);"
        "export_lake(sys.argv[1], 'sliding', sys.argv[2], master='local[1]')"
    )
    command = [sys.executable, "-c", program, str(study / "lake"), str(tmp_path / "out")]
    subprocess.run(command, check=True)
    _assert_the_same(study, "sliding", tmp_path / "out", tmp_path)
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "out").iterdir()} == {0o600}


@of_the_part
def test_an_executor_that_is_killed_in_the_middle_changes_no_byte(study: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = _spark(study, "exchange", out)
    killed: list[int] = []
    seen: set[str] = set()
    while process.poll() is None and not killed:
        # In the middle: something is computed and kept, and nothing is written yet.
        if list(out.glob("_spark-*/dataset_kept_messages-*/_SUCCESS")):
            for pid in list(_executors(process.pid))[:1]:
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
        seen |= {str(found.relative_to(out)) for found in out.glob("*/*/_SUCCESS")}
        time.sleep(0.05)
    shown, _ = process.communicate(timeout=1500)
    assert process.returncode == 0, shown
    assert killed, seen
    _assert_the_same(study, "exchange", out, tmp_path)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The address of a Spark Connect server on loopback, with processes of its own."""
    import pyspark

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    script = Path(pyspark.__file__).parent / "sbin" / "start-connect-server.sh"
    options = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
        "spark.ui.enabled": "false",
    }
    words = [word for name, value in options.items() for word in ("--conf", f"{name}={value}")]
    folders = {"SPARK_LOG_DIR": str(tmp_path), "SPARK_PID_DIR": str(tmp_path), "SPARK_LOCAL_IP": "127.0.0.1"}
    with (tmp_path / "server.txt").open("wb") as said:
        process = subprocess.Popen(
            ["bash", str(script), "--wait", "--master", "local[2]", *words],
            stdout=said,
            stderr=said,
            cwd=tmp_path,
            env={**os.environ, **folders},
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + 300
        while not _answers(port):
            assert process.poll() is None, (tmp_path / "server.txt").read_text()
            assert time.monotonic() < deadline, (tmp_path / "server.txt").read_text()
            time.sleep(0.5)
        yield f"sc://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@of_the_part
def test_a_connect_server_writes_the_bytes_of_one_store(study: Path, server: str, tmp_path: Path) -> None:
    process = _spark(study, "sliding", tmp_path / "out", "--remote", server)
    shown, _ = process.communicate(timeout=1500)
    assert process.returncode == 0, shown
    _assert_the_same(study, "sliding", tmp_path / "out", tmp_path)


def test_a_connect_server_that_does_not_answer_is_one_clear_line(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rolecall.lake.spark_session._ANSWER_SECONDS", 1)
    for remote, words in (
        ("sc://127.0.0.1:9", "no Spark Connect server answers at"),
        ("no", "must start with"),
    ):
        with pytest.raises(RolecallError, match=words):
            export_lake(study / "lake", "exchange", tmp_path / "out", remote=remote)
        assert not (tmp_path / "out").exists()


def test_postgresql_writes_the_same_bytes_from_a_copy(study: Path, tmp_path: Path) -> None:
    if not os.environ.get("ROLECALL_TEST_POSTGRES"):
        pytest.skip("no server: ROLECALL_TEST_POSTGRES is not set")
    with postgres_database() as url:
        rolecall.open(str(study / "store.duckdb")).copy(url)
        for dataset in (*DATASETS, "careful"):
            written = rolecall.open(url).export(dataset, tmp_path / f"{dataset}.jsonl")
            assert written.path.read_bytes() == (study / f"{dataset}.jsonl").read_bytes()
