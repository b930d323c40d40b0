"""Checking a training file from anywhere."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rolecall.checking import reading as check_reading
from rolecall.checking.file import check_file
from rolecall.checking.report import CheckReport
from rolecall.cli.exports import print_report
from rolecall.errors import NotFound, UsageError
from rolecall.texts.tokens import count

Write = Callable[..., Path]

USER = {"role": "user", "content": "is the boat dry?"}
REPLY = {"role": "assistant", "content": "dry as a biscuit"}


def example(number: int) -> dict[str, object]:
    return {"messages": [{"role": "user", "content": f"question {number}"}, REPLY]}


def lines_of(*values: object, fill: int = 10) -> bytes:
    """Return a file that begins with some lines and goes on with good ones."""
    every = [*values, *(example(number) for number in range(fill))]
    return b"".join(json.dumps(value, ensure_ascii=False).encode() + b"\n" for value in every)


@pytest.fixture
def report_on(tmp_path: Path) -> Callable[[bytes], CheckReport]:
    """Check some bytes as a file."""

    def check(data: bytes) -> CheckReport:
        path = tmp_path / "train.jsonl"
        path.write_bytes(data)
        return check_file(path)

    return check


Report = Callable[[bytes], CheckReport]


def test_a_good_file_has_no_findings(report_on: Report) -> None:
    report = report_on(lines_of())
    assert report.findings == []
    assert not report.is_refused
    assert (report.format, report.line_count, report.example_count) == ("openai", 10, 10)
    texts = [text for number in range(10) for text in (f"question {number}", str(REPLY["content"]))]
    # 4 for each message and 3 for the line, as OpenAI's cookbook counts.
    assert report.token_count == sum(count(texts, "o200k")) + 10 * (2 * 4 + 3)


@pytest.mark.parametrize(
    ("value", "code", "words"),
    [
        ({}, "missing_messages", "the line has no messages"),
        ({"messages": []}, "missing_messages", "the line has an empty messages"),
        ({"messages": {"role": "user"}}, "missing_messages", "the line has no list as messages"),
        ({"messages": ["hello"]}, "message_not_object", "an entry of messages is no JSON object"),
        ([1], "not_object", "the line is JSON, but a list and no object"),
        ({"messages": [USER, REPLY], "weight": 1}, "unknown_key", "'weight'"),
        (
            {"messages": [USER, {**REPLY, "sent_at": 1}]},
            "unknown_message_key",
            "message 2 has a key 'sent_at'",
        ),
        ({"messages": [{**USER, "role": "human"}, REPLY]}, "unknown_role", "message 1 has the role 'human'"),
        ({"messages": [{**USER, "role": ["user"]}, REPLY]}, "unknown_role", "message 1"),
        ({"messages": [{"role": "user"}, REPLY]}, "missing_content", "message 1 has no text as content"),
        ({"messages": [USER, {**REPLY, "content": ""}]}, "missing_content", "message 2 has an empty content"),
        ({"messages": [{**USER, "content": 5}, REPLY]}, "missing_content", "message 1"),
        ({"messages": [USER]}, "no_assistant", "no message is of the assistant"),
        ({"messages": [USER, {**REPLY, "weight": 0}]}, "nothing_trained", "weight 0"),
        ({"messages": [{**USER, "weight": 0}, REPLY]}, "wrong_weight", "message 1 has a weight; only"),
        ({"messages": [USER, {**REPLY, "weight": 0.5}]}, "wrong_weight", "message 2 has the weight 0.5"),
        ({"messages": [USER, {**REPLY, "weight": True}]}, "wrong_weight", "message 2 has the weight True"),
        (
            {"messages": [{**USER, "name": "Bo Lund"}, REPLY]},
            "wrong_name",
            "message 1 has the name 'Bo Lund'",
        ),
    ],
)
def test_what_a_provider_refuses_is_named_with_its_line(
    report_on: Report, value: object, code: str, words: str
) -> None:
    report = report_on(lines_of(example(99), value))
    assert [
        (finding.line_no, finding.code) for finding in report.findings if finding.severity == "error"
    ] == [(2, code)]
    assert words in report.findings[0].sentence
    assert report.is_refused


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"messages": [USER, REPLY, USER]}, "last_not_assistant"),
        ({"messages": [REPLY]}, "no_user"),
        ({"messages": [{**USER, "content": "<|im_start|>"}, REPLY]}, "special_token"),
        ({"messages": [{**USER, "name": "Bö"}, REPLY]}, "name_not_plain"),
        ({"messages": [{**USER, "content": "row " * 70_000}, REPLY]}, "too_many_tokens"),
    ],
)
def test_what_is_only_unwise_is_a_warning(report_on: Report, value: object, code: str) -> None:
    report = report_on(lines_of(value))
    assert [(finding.line_no, finding.severity, finding.code) for finding in report.findings] == [
        (1, "warning", code)
    ]
    assert not report.is_refused


def test_some_examples_without_a_system_message_are_a_warning(report_on: Report) -> None:
    with_system = {"messages": [{"role": "system", "content": "be kind"}, USER, REPLY]}
    findings = report_on(lines_of(with_system)).findings
    assert [(one.line_no, one.code, one.sentence) for one in findings] == [
        (0, "no_system", "10 examples have no system message, the others have one")
    ]
    assert report_on(lines_of(*[with_system] * 10, fill=0)).counts == {"duplicate_line": 9}


def test_everything_that_a_provider_takes_is_accepted(report_on: Report) -> None:
    call = {"id": "1", "type": "function", "function": {"name": "tide", "arguments": "{}"}}
    value = {
        "messages": [
            {"role": "system", "content": "be kind"},
            {"role": "user", "content": [{"type": "text", "text": "when is low tide?"}], "name": "bo-lund"},
            {"role": "assistant", "content": None, "tool_calls": [call], "weight": 0},
            {"role": "tool", "tool_call_id": "1", "content": "at six"},
            {"role": "assistant", "content": "at six", "weight": 1},
        ],
        "tools": [],
        "parallel_tool_calls": False,
    }
    assert report_on(lines_of(*[value] * 10, fill=0)).counts == {"duplicate_line": 9}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"{\n", "not_json"),
        (b'{"messages": NaN}\n', "not_json"),
        (b'{"messages": [{"role": "user", "content": "\\ud83d"}]}\n', "not_json"),
        (b"[" * 100_000 + b"\n", "not_json"),
        (b'{"messages": "\xff"}\n', "not_utf8"),
        (b"\n", "blank_line"),
        (b" \r\n", "blank_line"),
    ],
)
def test_lines_that_cannot_be_read_are_named(report_on: Report, line: bytes, code: str) -> None:
    report = report_on(lines_of(fill=3) + line + lines_of())
    assert (4, code) in [(finding.line_no, finding.code) for finding in report.findings]
    assert report.is_refused
    assert report.line_count == 14


def test_lines_end_at_line_feeds_only(report_on: Report) -> None:
    odd = {"messages": [USER, {**REPLY, "content": "a\u2028b\x85c\u2029d\x0b"}]}
    report = report_on(lines_of(odd))
    assert report.line_count == 11
    assert report.findings == []


def test_a_last_line_without_a_line_feed_counts(report_on: Report) -> None:
    assert report_on(lines_of().removesuffix(b"\n")).example_count == 10


def test_a_byte_order_mark_is_a_warning(report_on: Report) -> None:
    report = report_on(b"\xef\xbb\xbf" + lines_of())
    assert [(finding.line_no, finding.code) for finding in report.findings] == [(1, "byte_order_mark")]
    assert not report.is_refused
    assert report.example_count == 10


def test_fewer_than_ten_examples_are_refused(report_on: Report) -> None:
    report = report_on(lines_of(fill=9))
    assert report.findings[0].code == "too_few_examples"
    assert "9 examples" in report.findings[0].sentence
    assert report.is_refused


def test_an_empty_file_is_refused(report_on: Report) -> None:
    report = report_on(b"")
    assert report.findings[0].code == "empty_file"
    assert report.is_refused


def test_repeated_lines_are_a_warning_that_names_the_first(report_on: Report) -> None:
    report = report_on(lines_of(example(5), [1], [1], fill=10) + lines_of(fill=1))
    found = [(item.line_no, item.sentence) for item in report.findings if item.code == "duplicate_line"]
    assert found == [(9, "the same as line 1"), (14, "the same as line 4")]
    assert report.counts["duplicate_line"] == 2


def test_of_many_findings_the_first_are_kept_and_all_are_counted(report_on: Report) -> None:
    report = report_on(lines_of(*[{"messages": []}] * 250))
    assert report.counts == {"missing_messages": 250, "duplicate_line": 249}
    assert [item.line_no for item in report.findings if item.code == "missing_messages"] == list(
        range(1, 101)
    )


def test_a_line_beyond_all_measure_is_named_and_passed_by(
    report_on: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_reading, "MAX_LINE_BYTES", 2000)
    long = {"messages": [USER, {**REPLY, "content": "x" * 9000}]}
    report = report_on(lines_of(example(1), long))
    assert report.counts["line_too_long"] == 1
    assert report.findings[0].line_no == 2
    assert (report.line_count, report.example_count) == (12, 11)


def sharegpt(*speakers: str) -> dict[str, object]:
    return {
        "conversations": [{"from": speaker, "value": f"{place}"} for place, speaker in enumerate(speakers)]
    }


def test_the_format_sharegpt_is_recognised(report_on: Report) -> None:
    good = [sharegpt("system", "human", "gpt"), sharegpt("system", "human", "gpt", "human", "gpt")]
    report = report_on(lines_of(*good, fill=0))
    assert (report.format, report.findings) == ("sharegpt", [])


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (sharegpt("gpt", "human"), "not_alternating"),
        (sharegpt("human", "gpt", "human"), "not_alternating"),
        (sharegpt("human", "human"), "not_alternating"),
        (sharegpt("system"), "not_alternating"),
        (sharegpt("user", "gpt"), "unknown_role"),
        ({"conversations": [{"from": "human"}, {"from": "gpt", "value": "a"}]}, "missing_content"),
        ({"conversations": []}, "missing_messages"),
        ({"messages": [USER, REPLY]}, "missing_messages"),
    ],
)
def test_what_llama_factory_leaves_out_is_named(report_on: Report, value: object, code: str) -> None:
    report = report_on(lines_of(sharegpt("human", "gpt"), value, fill=0))
    assert (2, code) in [(finding.line_no, finding.code) for finding in report.findings]
    assert report.is_refused


def test_a_path_without_a_file_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no file"):
        check_file(tmp_path / "nothing.jsonl")
    with pytest.raises(UsageError, match="not a file"):
        check_file(tmp_path)


def test_progress_ends_at_the_size_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_bytes(lines_of(fill=3000))
    seen: list[tuple[int, int]] = []
    check_file(path, progress=lambda done, total: seen.append((done, total)))
    assert len(seen) > 1
    assert seen[-1] == (path.stat().st_size, path.stat().st_size)


def test_lines_that_stand_in_the_validation_file_too_are_named(tmp_path: Path) -> None:
    train, validation = tmp_path / "train.jsonl", tmp_path / "validation.jsonl"
    train.write_bytes(lines_of({}, fill=12))
    weighted = {"messages": [{"role": "system", "content": "x"}, USER, {**REPLY, "weight": 1}]}
    # The same words in another format are the same, and a system message tells nothing apart.
    other = {
        "conversations": [
            {"from": "system", "value": "be kind"},
            {"from": "human", "value": "question 7"},
            {"from": "gpt", "value": REPLY["content"]},
        ]
    }
    validation.write_bytes(lines_of([1], other, weighted, fill=0) + b"{broken\n")
    report = check_file(train, against=validation)
    leaks = [
        (finding.line_no, finding.sentence) for finding in report.findings if finding.code == "leaked_line"
    ]
    assert leaks == [(9, "the same is said on line 2 of validation.jsonl")]
    # A line without a message says nothing, so it is in no other file either.
    assert check_file(train, against=train).counts == {
        "leaked_line": 12,
        "missing_messages": 1,
        "not_compared": 1,
    }
    with pytest.raises(NotFound, match="no file"):
        check_file(train, against=tmp_path / "nothing.jsonl")


def test_a_long_reply_that_is_trained_in_both_files_is_named_and_a_short_one_is_not(tmp_path: Path) -> None:
    long, short = "I will bring the oars and the rope at six", "see you at six, as always then"
    said = [
        {
            "messages": [
                USER,
                {**REPLY, "content": text},
                {**USER, "content": "?"},
                {**REPLY, "content": "yes"},
            ]
        }
        for text in (short, long)
    ]
    read_only = {
        "messages": [USER, {**REPLY, "content": long, "weight": 0}, USER, {**REPLY, "content": "no"}]
    }
    others = {
        "openai": {"messages": [{**USER, "content": "who?"}, {**REPLY, "content": long}]},
        "sharegpt": {"conversations": [{"from": "human", "value": "who?"}, {"from": "gpt", "value": long}]},
        "trl_completion": {"prompt": [USER], "completion": [{**REPLY, "content": long}]},
    }
    train = tmp_path / "train.jsonl"
    train.write_bytes(lines_of(*said, read_only, fill=0))
    for name, example in others.items():
        other = tmp_path / f"{name}.jsonl"
        same_short = {"messages": [{**USER, "content": "when?"}, {**REPLY, "content": short}]}
        other.write_bytes(lines_of(same_short, example, fill=0))
        leaks = [
            (finding.line_no, finding.code, finding.sentence)
            for finding in check_file(train, against=other).findings
            if finding.code.startswith("leaked")
        ]
        assert leaks == [(2, "leaked_reply", f"a reply is trained on line 2 of {name}.jsonl too")]
    only_read: dict[str, object] = {
        "prompt": [{**REPLY, "content": long}, USER],
        "completion": [{**REPLY, "content": "no"}],
    }
    for unread in (read_only, {"messages": [USER, {**REPLY, "content": long, "loss": False}]}, only_read):
        other.write_bytes(lines_of(unread, fill=0))
        assert "leaked_reply" not in check_file(train, against=other).counts


def test_what_the_store_knows_of_two_files_is_said_once_a_line(tmp_path: Path) -> None:
    train, validation = tmp_path / "train.jsonl", tmp_path / "validation.jsonl"
    train.write_bytes(lines_of({}, fill=12))
    validation.write_bytes(lines_of(fill=1))
    report = check_file(train, against=validation, shared=[(1, 4, 2), (5, 9, 2), (7, 3, 1)])
    leaks = [
        (finding.line_no, finding.code, finding.sentence)
        for finding in report.findings
        if finding.code.startswith("leaked") and finding.line_no in (1, 5, 7)
    ]
    assert (5, "leaked_message", "2 of its messages stand in validation.jsonl too, first on line 9") in leaks
    assert (
        7,
        "leaked_message",
        "one of its messages stands in validation.jsonl too, first on line 3",
    ) in leaks
    assert len({line_no for line_no, _, _ in leaks}) == len(leaks)


def test_prompt_and_completion_are_checked_as_one(report_on: Report) -> None:
    good = {"prompt": [USER], "completion": [REPLY]}
    bad = {"prompt": [USER], "completion": [USER]}
    report = report_on(lines_of(good, bad, {"prompt": "a", "completion": ""}, fill=0))
    assert report.format == "trl_completion"
    assert [(finding.line_no, finding.code) for finding in report.findings if finding.line_no] == [
        (2, "no_assistant"),
        (3, "missing_messages"),
        (3, "no_assistant"),
    ]


def test_what_swift_reads_of_a_reply_is_known(report_on: Report) -> None:
    said = [USER, {**REPLY, "loss": False}, USER, {**REPLY, "loss": True}]
    assert report_on(lines_of({"messages": said})).findings == []
    assert report_on(lines_of({"messages": said[:2]})).counts == {"nothing_trained": 1}
    codes = [
        finding.code
        for finding in report_on(lines_of({"messages": [{**USER, "loss": True}, REPLY]})).findings
    ]
    assert codes == ["unknown_message_key"]


def test_a_file_for_a_trainer_is_known_by_its_first_example(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {
        "openai": ({"messages": [USER, {**REPLY, "weight": 0}, USER, REPLY]}, "a provider would take it"),
        "swift": ({"messages": [USER, {**REPLY, "loss": True}]}, "a trainer would take it"),
        "sharegpt": (sharegpt("human", "gpt"), "a trainer would take it"),
        "trl_completion": ({"prompt": [USER], "completion": [REPLY]}, "a trainer would take it"),
    }
    for name, (line, verdict) in files.items():
        path = tmp_path / f"{name}.jsonl"
        path.write_bytes(lines_of(line, fill=10 if name == "openai" else 0))
        report = check_file(path)
        print_report(report)
        assert report.format == name
        assert capsys.readouterr().out.endswith(f"{verdict}\n")


def test_a_parquet_file_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "train.parquet"
    path.write_bytes(b"PAR1....PAR1")
    with pytest.raises(UsageError, match="Parquet file, which no provider takes"):
        check_file(path)
