"""`rolecall check FILE --against OTHER`, when the other file is not what it should be."""

import gzip
import json
from pathlib import Path

import pytest

from rolecall.checking.file import check_file
from rolecall.errors import NotFound, UsageError


def example(number: int) -> dict[str, object]:
    return {
        "messages": [
            {"role": "user", "content": f"question {number}"},
            {"role": "assistant", "content": f"answer {number}"},
        ]
    }


def lines_of(*values: object) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


@pytest.fixture
def train(tmp_path: Path) -> Path:
    """A training file without a fault."""
    path = tmp_path / "train.jsonl"
    path.write_bytes(lines_of(*map(example, range(12))))
    return path


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it is empty"),
        (b"\n \n", "it is empty"),
        (b"question,answer\n1,2\n", "line 1: the line is not JSON"),
        (b"\x00\x01\xff\xfe", "line 1: byte 3 of the line is not UTF-8"),
        (gzip.compress(lines_of(example(1)), mtime=0), "line 1: byte 2 of the line is not UTF-8"),
        (json.dumps([example(1)]).encode(), "line 1: the line is JSON, but a list and no object"),
        (json.dumps(example(1), indent=2).encode(), "line 1: the line is not JSON"),
        (b'{"participants": []}\n', "line 1: the line has no messages"),
    ],
    ids=["empty", "blank", "table", "binary", "zipped", "list", "indented", "chat"],
)
def test_a_file_without_any_example_is_an_error_that_says_why(
    train: Path, tmp_path: Path, data: bytes, why: str
) -> None:
    other = tmp_path / "other.jsonl"
    other.write_bytes(data)
    with pytest.raises(UsageError, match=r"other\.jsonl holds no example to compare with") as caught:
        check_file(train, against=other)
    assert why in str(caught.value)


def test_a_path_without_a_file_is_an_error(train: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"no file .*nothing\.jsonl"):
        check_file(train, against=tmp_path / "nothing.jsonl")
    with pytest.raises(UsageError, match="is not a file"):
        check_file(train, against=tmp_path)
    with pytest.raises(UsageError, match="is not a file"):
        check_file(train, against="/dev/null")


def test_lines_that_cannot_be_compared_are_counted_and_the_rest_is_compared(
    train: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.jsonl"
    other.write_bytes(lines_of(example(90), example(7)) + b"\n{broken\n" + lines_of([], {}))
    report = check_file(train, against=other)
    assert [(finding.line_no, finding.code) for finding in report.findings] == [
        (0, "not_compared"),
        (8, "leaked_line"),
    ]
    assert not report.is_refused
    assert report.findings[0].sentence.startswith(
        "3 lines hold no example in other.jsonl and cannot be compared; the first is line 4: the line is not"
    )


def test_a_byte_order_mark_of_the_other_file_is_no_fault(train: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    other.write_bytes(b"\xef\xbb\xbf" + lines_of(example(3)))
    assert check_file(train, against=other).counts == {"leaked_line": 1}


def test_prompts_and_completions_of_plain_text_are_compared_by_what_they_say(tmp_path: Path) -> None:
    here, there = tmp_path / "here.jsonl", tmp_path / "there.jsonl"
    said = [{"prompt": f"question {number}", "completion": f"answer {number}"} for number in range(12)]
    here.write_bytes(lines_of(*said))
    there.write_bytes(lines_of({"prompt": "question 5", "completion": "another"}, said[3], example(4)))
    report = check_file(here, against=there)
    assert [(finding.line_no, finding.sentence) for finding in report.findings] == [
        (4, "the same is said on line 2 of there.jsonl"),
        (5, "the same is said on line 3 of there.jsonl"),
    ]
