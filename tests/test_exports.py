"""Exports: files written from datasets, and what the store remembers of them."""

import errno
import hashlib
import json
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa
from sample import BO, INES, MIRA, add_thread, one_value

from rolecall.api import Store
from rolecall.checking.file import check_file
from rolecall.datasets.commands import create_dataset, drop_dataset, list_datasets, show_dataset
from rolecall.datasets.personas import add_persona
from rolecall.errors import (
    CheckFailed,
    EmptyDataset,
    NotFound,
    OutputExists,
    RolecallError,
    StoreFull,
    UsageError,
)
from rolecall.exports import writing as exports
from rolecall.exports.targets import default_path
from rolecall.exports.writing import export_dataset
from rolecall.formats import Example, Format
from rolecall.store import buckets
from rolecall.store.database import Database
from rolecall.texts.tokens import count


@pytest.fixture
def database(sample_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The sample store with the persona `ines` and the dataset `boats`; the working folder is empty."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    add_persona(sample_store.database, "ines", ["Ines Quill"])
    create_dataset(sample_store.database, "boats", persona="ines", context_exchanges=0, max_turns=2)
    return sample_store.database


def written(path: Path) -> list[dict[str, list[dict[str, object]]]]:
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]


def rows_of(database: Database, statement: str) -> list[tuple[object, ...]]:
    with database.connect(is_read_only=True) as connection:
        return [tuple(row) for row in connection.execute(sa.text(statement))]


def assert_nothing_left(database: Database) -> None:
    """Neither a file nor a record: what every failed export leaves."""
    assert list(Path().iterdir()) == []
    assert one_value(database, "select count(*) from exports") == 0
    assert one_value(database, "select count(*) from export_messages") == 0


def test_an_export_writes_the_examples_in_order(database: Database) -> None:
    summary = export_dataset(database, "boats")
    assert summary.path == Path("boats.jsonl").resolve()
    contents = [[message["content"] for message in line["messages"]] for line in written(summary.path)]
    assert contents == [
        ["is the boat dry?\nit rained all night", "dry as a biscuit"],
        ['she said "row" and\\or "swim"', "row.\nthen swim \U0001f6a3\u2028 \u5b57\n<|endoftext|>"],
        ["back again?", "since noon"],
        ["Bo Lund: who brings the oars\nMira Sand: not me", "I have two"],
        ["Mira Sand: perfect", "see you at six"],
    ]
    assert summary.example_count == 5
    assert summary.message_count == 13
    assert summary.trained_count == 6


def test_the_summary_tells_the_truth_about_the_file(database: Database) -> None:
    summary = export_dataset(database, "boats")
    data = summary.path.read_bytes()
    assert summary.byte_count == len(data)
    assert summary.sha256 == hashlib.sha256(data).hexdigest()
    texts = [str(message["content"]) for line in written(summary.path) for message in line["messages"]]
    assert summary.token_count == sum(count(texts, "o200k")) + 4 * len(texts) + 3 * summary.example_count
    report = check_file(summary.path)
    assert report.token_count == summary.token_count
    assert not any(finding.line_no for finding in report.findings if finding.severity == "error")


def test_the_record_says_which_message_stands_on_which_line(database: Database) -> None:
    summary = export_dataset(database, "boats")
    recorded = rows_of(
        database,
        "select line_no, message_id, is_trained from export_messages where thread_id = 1001"
        " order by line_no, message_id",
    )
    assert recorded == [
        (1, 1, False),
        (1, 2, False),
        (1, 3, True),
        (2, 4, False),
        (2, 5, True),
        (2, 6, True),
        (3, 7, False),
        (3, 8, True),
    ]
    row = rows_of(
        database, "select export_id, path, sha256, byte_count, example_count, token_count, split from exports"
    )
    assert row == [(1, str(summary.path), summary.sha256, summary.byte_count, 5, summary.token_count, None)]


def test_the_record_keeps_the_recipe_as_it_was(database: Database) -> None:
    export_dataset(database, "boats")
    drop_dataset(database, "boats")
    recipe = json.loads(str(one_value(database, "select recipe from exports")))
    assert recipe["max_turns"] == 2
    assert recipe["persona_name"] == "ines"
    assert recipe["persona_participants"] == [{"participant_id": "101", "display_name": "Ines Quill"}]
    assert recipe["dataset_id"].isdecimal()


def test_the_same_rows_give_the_same_bytes(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    first = export_dataset(database, "boats", "first.jsonl")
    # One bucket after another, one example after another: the ranges must not show.
    monkeypatch.setattr(buckets, "MESSAGES_AT_ONCE", 1)
    monkeypatch.setattr("rolecall.exports.lines.EXAMPLES_AT_ONCE", 1)
    second = export_dataset(database, "boats", "second.jsonl")
    assert (second.export_id, second.sha256) == (2, first.sha256)
    lines = "select line_no, thread_id, message_id, is_trained from export_messages where export_id = "
    assert sorted(rows_of(database, lines + "1")) == sorted(rows_of(database, lines + "2"))


def test_each_text_is_counted_once(database: Database) -> None:
    export_dataset(database, "boats", "first.jsonl")
    counted = rows_of(database, "select thread_id, message_id, token_count from message_tokens")
    assert len(counted) == len(set(counted)) == 16
    export_dataset(database, "boats", "second.jsonl")
    assert one_value(database, "select count(*) from message_tokens") == 16
    assert one_value(database, "select count(*) from participant_tokens") == 3
    assert one_value(database, "select count(*) from thread_tokens") == 4
    body = "select token_count from message_tokens where thread_id = 1001 and message_id = 6"
    assert one_value(database, body) == 7


def test_the_splits_share_no_line_and_together_are_the_whole(database: Database) -> None:
    create_dataset(database, "halves", like="boats", validation_permille=500, seed=3)
    whole = export_dataset(database, "halves")
    train = export_dataset(database, "halves", split="train")
    validation = export_dataset(database, "halves", split="validation")
    assert (train.path.name, validation.path.name) == ("halves-train.jsonl", "halves-validation.jsonl")
    lines = whole.path.read_bytes().splitlines(keepends=True)
    parts = [path.read_bytes().splitlines(keepends=True) for path in (train.path, validation.path)]
    assert sorted(parts[0] + parts[1]) == sorted(lines)
    assert all(parts)
    assert not set(parts[0]) & set(parts[1])


def test_context_is_written_with_weight_0_and_recorded_as_not_trained(database: Database) -> None:
    create_dataset(database, "context", like="boats", context_exchanges=1)
    summary = export_dataset(database, "context")
    assert [message.get("weight") for message in written(summary.path)[1]["messages"]] == [
        None,
        0,
        None,
        None,
    ]
    assert summary.trained_count == 6
    assert summary.message_count > 13


def test_the_file_is_for_its_owner_alone(database: Database) -> None:
    summary = export_dataset(database, "boats")
    assert stat.S_IMODE(summary.path.stat().st_mode) == 0o600


def test_a_file_that_exists_is_replaced_only_when_told(database: Database) -> None:
    path = Path("boats.jsonl")
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(OutputExists, match="--force"):
        export_dataset(database, "boats")
    assert path.read_text(encoding="utf-8") == "mine"
    assert one_value(database, "select count(*) from exports") == 0
    assert export_dataset(database, "boats", is_forced=True).byte_count == path.stat().st_size


def test_a_path_that_cannot_be_written_is_one_clear_line(database: Database, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        export_dataset(database, "boats", tmp_path)
    with pytest.raises(UsageError, match="no folder"):
        export_dataset(database, "boats", tmp_path / "nowhere" / "a.jsonl")
    if database.is_duckdb:
        with pytest.raises(UsageError, match="the store itself"):
            export_dataset(database, "boats", database.path, is_forced=True)
    with pytest.raises(UsageError, match="device"):
        export_dataset(database, "boats", os.devnull, is_forced=True)
    assert_nothing_left(database)


def test_a_link_is_followed_and_stays_a_link(database: Database) -> None:
    Path("real").mkdir()
    Path("link.jsonl").symlink_to("real/boats.jsonl")
    summary = export_dataset(database, "boats", "link.jsonl")
    assert summary.path == Path("real/boats.jsonl").resolve()
    assert Path("link.jsonl").is_symlink()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("call", ["fsync", "mkstemp"])
def test_a_full_disk_leaves_nothing_behind(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, "full")

    module: ModuleType = os if call == "fsync" else tempfile
    monkeypatch.setattr(module, call, fail)
    with pytest.raises(StoreFull, match=r"no room left on the disk for .*boats.jsonl"):
        export_dataset(database, "boats")
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path / "work")
    assert_nothing_left(database)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
def test_a_disk_that_is_full_when_the_file_closes_leaves_nothing_behind(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def open_full(_number: int, mode: str, buffering: int) -> object:
        return open("/dev/full", mode, buffering)  # noqa: PTH123

    monkeypatch.setattr(os, "fdopen", open_full)
    with pytest.raises(StoreFull):
        export_dataset(database, "boats")
    assert_nothing_left(database)


class Failing(Format):
    """A format whose second line cannot be made."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def lines(self, examples: Iterable[Example]) -> Iterator[bytes]:
        yield b"{}\n"
        raise self.error


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RolecallError("stop")])
def test_an_interrupted_export_leaves_nothing_behind(
    database: Database, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    monkeypatch.setattr(exports, "format_named", lambda name: Failing(error))
    with pytest.raises(type(error)):
        export_dataset(database, "boats")
    assert_nothing_left(database)


def test_a_file_that_gets_no_name_has_no_record(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(RolecallError, match="cannot be written: Permission denied"):
        export_dataset(database, "boats")
    assert_nothing_left(database)


def test_a_dataset_without_an_example_says_why(database: Database) -> None:
    create_dataset(database, "silent", persona="ines", include_threads=["Mira Sand"])
    with pytest.raises(EmptyDataset, match="'silent' yields no example; messages left out: ") as caught:
        export_dataset(database, "silent")
    assert "; 2 the persona did not answer (no_reply)" in str(caught.value)
    assert caught.value.reasons["no_reply"] == 2
    assert sum(caught.value.reasons.values()) == 16
    with pytest.raises(EmptyDataset, match=r"in the split validation \(validation_permille is 0\)"):
        export_dataset(database, "boats", split="validation")
    assert_nothing_left(database)


def test_a_store_without_messages_yields_no_example(store: Store, tmp_path: Path) -> None:
    with store.database.transaction() as connection:
        connection.execute(sa.text("insert into personas values (7, 'nobody')"))
    create_dataset(store.database, "empty", persona="nobody")
    with pytest.raises(EmptyDataset):
        export_dataset(store.database, "empty", tmp_path / "empty.jsonl")


def test_names_that_are_not_there_are_refused(database: Database) -> None:
    with pytest.raises(NotFound, match="did you mean: boats"):
        export_dataset(database, "boat")
    with pytest.raises(NotFound, match="choose from: axolotl, mlx, openai"):
        export_dataset(database, "boats", format="csv")
    with pytest.raises(UsageError, match="choose from: train, validation"):
        export_dataset(database, "boats", split="test")


@pytest.mark.parametrize("option", ["context_exchanges", "min_assistant_chars"])
def test_a_format_without_weights_refuses_what_is_not_to_be_trained(database: Database, option: str) -> None:
    options: dict[str, Any] = {option: 1}
    create_dataset(database, "weighted", like="boats", **options)
    flag = option.replace("_", "-")
    with pytest.raises(UsageError, match=rf"{option} is 1.*dataset edit weighted --{flag} 0;") as caught:
        export_dataset(database, "weighted", format="sharegpt")
    assert str(caught.value).endswith(
        "choose another format: axolotl, openai, parquet, swift, trl_completion"
    )
    assert_nothing_left(database)


def test_a_format_that_clashes_with_a_dataset_in_several_ways_tells_them_all_at_once(
    database: Database,
) -> None:
    marks: dict[str, Any] = {"context_exchanges": 1, "min_assistant_chars": 5, "has_name_field": True}
    create_dataset(database, "much of it", like="boats", max_turns=4, **marks)
    cures: dict[str, dict[str, Any]] = {
        "sharegpt": {"context_exchanges": 0, "min_assistant_chars": 0, "has_name_field": False},
        "trl_completion": {"max_turns": 2, "has_name_field": False},
        "swift": {"has_name_field": False},
    }
    for format, cure in cures.items():
        with pytest.raises(UsageError) as caught:
            export_dataset(database, "much of it", format=format)
        flags = " ".join(
            "--no-name-field" if value is False else f"--{name.replace('_', '-')} {value}"
            for name, value in cure.items()
        )
        wanted = f"rolecall dataset edit 'much of it' {flags}; or choose another format: openai, parquet"
        assert wanted in str(caught.value)
        assert all(name in str(caught.value).split("Make")[0] for name in cure)
        create_dataset(database, format, like="much of it", **cure)
        export_dataset(database, format, format=format, is_forced=True)


def test_windows_are_told_to_become_exchanges_where_the_last_reply_is_trained(database: Database) -> None:
    create_dataset(database, "windows", like="boats", mode="sliding")
    with pytest.raises(UsageError, match="edit windows --mode exchange --max-turns 2;"):
        export_dataset(database, "windows", format="trl_completion")
    create_dataset(database, "pairs", like="windows", mode="exchange", max_turns=2)
    assert export_dataset(database, "pairs", format="trl_completion").example_count


def test_a_dash_is_no_file(database: Database) -> None:
    with pytest.raises(UsageError, match="- is not the standard output here"):
        export_dataset(database, "boats", "-")
    assert_nothing_left(database)


def test_sharegpt_stands_beside_the_file_that_describes_it(database: Database) -> None:
    summary = export_dataset(database, "boats", format="sharegpt")
    export_dataset(database, "boats", "more.jsonl", format="sharegpt")
    assert summary.side_files == (Path("dataset_info.json").resolve(),)
    assert sorted(json.loads(Path("dataset_info.json").read_bytes())) == ["boats", "more"]
    report = check_file(summary.path)
    assert (report.format, report.is_refused, report.example_count) == ("sharegpt", False, 5)


def test_a_line_over_the_limit_stops_the_export(database: Database) -> None:
    create_dataset(database, "small", like="boats", max_tokens=40)
    export_dataset(database, "small", "fits.jsonl")
    with database.transaction() as connection:
        # As if a text had been counted wrongly.
        connection.execute(sa.text("update message_tokens set token_count = 1 where thread_id = 1001"))
    create_dataset(database, "tiny", like="boats", max_tokens=20, include_threads=["1001"])
    with pytest.raises(CheckFailed, match=r"example \d+ of thread 1001 has \d+ tokens, max_tokens is 20"):
        export_dataset(database, "tiny")
    assert [path.name for path in Path().iterdir()] == ["fits.jsonl"]


def test_windows_of_the_tutorial_may_be_longer_than_the_limit(database: Database) -> None:
    create_dataset(
        database, "windows", persona="ines", preset="langchain", chunk_size=2, chunk_overlap=1, max_tokens=16
    )
    summary = export_dataset(database, "windows")
    assert summary.example_count > 0
    assert summary.token_count > 16 * summary.example_count


def test_progress_counts_every_message_twice(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "MESSAGES_AT_ONCE", 1)
    seen: list[tuple[int, int]] = []
    export_dataset(database, "boats", progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (32, 32)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_ranges_of_buckets_hold_every_message_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buckets, "MESSAGES_AT_ONCE", 8)
    with database.transaction() as connection:
        for thread_id in range(2001, 2150):
            add_thread(connection, thread_id, "direct", "", [(BO, 0, "a"), (MIRA, 1, "b")])
        ranges = buckets.bucket_ranges(connection)
        held = connection.execute(sa.text("select count(*) from messages")).scalar_one()
    assert sum(size for _, _, size in ranges) == held
    assert all(before[1] < after[0] for before, after in pairwise(ranges))


@pytest.mark.parametrize(
    ("name", "file_name"),
    [
        ("boats", "boats.jsonl"),
        ("a/b\\c:d", "a-b-c-d.jsonl"),
        ("../secret", "secret.jsonl"),
        ("été", "été.jsonl"),
        ("???", "dataset.jsonl"),
        ("字" * 100, "字" * 66 + ".jsonl"),
    ],
)
def test_the_files_name_is_the_datasets_made_safe(name: str, file_name: str) -> None:
    assert default_path(name, None, Format.suffix) == Path(file_name)


def test_no_context_writes_what_a_dataset_without_context_would(database: Database) -> None:
    create_dataset(
        database, "context", like="boats", context_exchanges=1, skip_duplicates=True, exclude_threads=["1002"]
    )
    create_dataset(database, "plain", like="context", context_exchanges=0)
    with pytest.raises(UsageError, match="--no-context"):
        export_dataset(database, "context", format="trl")
    without = export_dataset(database, "context", format="trl", has_context=False)
    assert without.sha256 == export_dataset(database, "plain", format="trl").sha256
    # It is recorded under the dataset, with the recipe as it was used; nothing else is left.
    record = rows_of(database, "select dataset_id, recipe from exports where export_id = 1")[0]
    assert record[0] == without.dataset_id == show_dataset(database, "context").dataset_id
    assert json.loads(str(record[1]))["context_exchanges"] == 0
    assert len(list_datasets(database)) == 3
    assert one_value(database, "select count(distinct dataset_id) from dataset_threads") == 2


def test_prompt_and_completion_wants_one_exchange_a_line(database: Database) -> None:
    create_dataset(database, "long", like="boats", max_turns=4)
    with pytest.raises(UsageError, match=r"last reply of a line.*--max-turns 2"):
        export_dataset(database, "long", format="trl_completion")
    create_dataset(database, "context", like="boats", context_exchanges=2)
    summary = export_dataset(database, "context", format="trl_completion")
    lines = [json.loads(line) for line in summary.path.read_bytes().splitlines()]
    assert [len(line["completion"]) for line in lines] == [1] * 5
    assert [len(line["prompt"]) for line in lines] == [1, 3, 1, 1, 3]


def test_an_mlx_folder_holds_training_and_validation(database: Database) -> None:
    create_dataset(database, "halves", like="boats", validation_permille=500, seed=3)
    summary = export_dataset(database, "halves", format="mlx")
    assert summary.path == Path("halves/train.jsonl").resolve()
    assert [other.path.name for other in summary.others] == ["valid.jsonl"]
    assert summary.example_count + summary.others[0].example_count == 5
    splits = rows_of(database, "select split, path from exports order by export_id")
    assert splits == [("train", str(summary.path)), ("validation", str(summary.others[0].path))]
    with pytest.raises(OutputExists, match="--force"):
        export_dataset(database, "halves", format="mlx")
    assert export_dataset(database, "boats", "alone", format="mlx").others == ()
    with pytest.raises(EmptyDataset):
        export_dataset(database, "boats", "nothing", format="mlx", split="validation")
    assert not Path("nothing").exists()
    Path("file").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="is a file; give the path of a folder"):
        export_dataset(database, "boats", "file", format="mlx")


def test_a_side_file_of_its_own_is_replaced_only_when_told(database: Database) -> None:
    assert export_dataset(database, "boats", format="axolotl").side_files[0].name == "boats.config.yml"
    Path("boats.jsonl").unlink()
    export_dataset(database, "boats", format="axolotl")  # the side file is there already, word for word
    Path("boats.jsonl").unlink()
    Path("boats.config.yml").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputExists, match=r"boats.config.yml exists beside boats.jsonl"):
        export_dataset(database, "boats", format="axolotl")
    assert not Path("boats.jsonl").exists()
    export_dataset(database, "boats", format="axolotl", is_forced=True)


def test_since_an_export_only_what_is_new_is_written(database: Database) -> None:
    first = export_dataset(database, "boats", "first.jsonl")
    with pytest.raises(EmptyDataset, match="new since export 1"):
        export_dataset(database, "boats", "nothing.jsonl", since_export_id=first.export_id)
    with database.transaction() as connection:
        add_thread(connection, 2001, "direct", "", [(BO, 9000, "any news?"), (INES, 9001, "the oars came")])
    new = export_dataset(database, "boats", "new.jsonl", since_export_id=first.export_id)
    contents = [[message["content"] for message in line["messages"]] for line in written(new.path)]
    assert contents == [["any news?", "the oars came"]]
    assert export_dataset(database, "boats", "all.jsonl").example_count == 6
    with pytest.raises(NotFound, match="no export 99"):
        export_dataset(database, "boats", "none.jsonl", since_export_id=99)


def test_the_summary_counts_trained_tokens_and_lengths(database: Database) -> None:
    summary = export_dataset(database, "boats")
    replies = [
        str(message["content"])
        for line in written(summary.path)
        for message in line["messages"]
        if message["role"] == "assistant"
    ]
    assert summary.trained_token_count == sum(count(replies, "o200k"))
    assert sum(summary.lengths.values()) == summary.example_count
    assert summary.longest_tokens <= max(summary.lengths)


def test_examples_that_say_the_same_are_written_once(database: Database) -> None:
    with database.transaction() as connection:
        for thread_id in (2001, 2002, 2003):
            asked = [(MIRA, 50 + thread_id, "any news?"), (INES, 51 + thread_id, "the oars came")]
            add_thread(connection, thread_id, "direct", f"chat {thread_id}", asked)
    create_dataset(
        database,
        "once",
        like="boats",
        skip_duplicates=True,
        system_prompt="{title}, {date}",
        validation_permille=500,
    )
    assert export_dataset(database, "once").example_count == 6
    said = "select thread_id, reason from dataset_dropped where thread_id > 2000 order by thread_id"
    # The first that was said stays, in whatever split it is.
    assert rows_of(database, said) == [(2002, "duplicate")] * 2 + [(2003, "duplicate")] * 2
    both = [
        line["messages"][-1]["content"]
        for split in ("train", "validation")
        for line in written(export_dataset(database, "once", split=split).path)
    ]
    assert both.count("the oars came") == 1
