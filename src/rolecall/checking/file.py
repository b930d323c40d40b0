"""Checking a training file, from here or from anywhere: what would a provider refuse, and on which line?

Memory stays flat: the file is read line by line, and of each kind of finding only the first are kept whole.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from rolecall.checking.reading import BYTE_ORDER_MARK, numbered_lines, opened, read_example
from rolecall.checking.repeats import Sayings, doubles, leaks, sayings_of
from rolecall.checking.report import CheckReport, Finding
from rolecall.checking.rules import WARNINGS, Verdict, format_of, judge
from rolecall.texts.tokens import count

TOKENIZER = "o200k"
MIN_EXAMPLES = 10
MAX_FILE_BYTES = 512 * 1024 * 1024
# Of each kind; more are only counted.
KEPT_FINDINGS = 100
# Lines whose 8-byte hashes are remembered to find doubles: 160 MB at the most.
REMEMBERED_LINES = 10_000_000
# Texts are counted together, so many lines at once.
LINES_AT_ONCE = 1000
CHARS_AT_ONCE = 4_000_000


def check_file(
    path: str | Path,
    *,
    max_tokens: int = 65536,
    against: str | Path | None = None,
    shared: Iterable[tuple[int, int, int]] = (),
    progress: Callable[[int, int], None] | None = None,
) -> CheckReport:
    """Read a training file and return what is wrong with it.

    Args:
        path: A JSONL file of one of our formats, from here or from anywhere.
        max_tokens: What the model takes; of a longer example the provider silently cuts off the end.
        against: Another such file, the validation file: nothing should stand in both.
        shared: What the store knows of both: a line, a line there, and how many messages of the one stand
            there too.
        progress: Called with the bytes read and the bytes in all.

    Raises:
        NotFound: There is no such file.
        UsageError: It is a folder or a device; or `against` holds no example at all.
    """
    path = Path(path)
    with opened(path) as file:
        there = None if against is None else sayings_of(Path(against))
        return _Checker(path, max_tokens, there, shared).run(file, progress)


class _Checker:
    """One reading of one file."""

    def __init__(
        self, path: Path, max_tokens: int, there: Sayings | None, shared: Iterable[tuple[int, int, int]]
    ) -> None:
        self.report = CheckReport(path, byte_count=path.stat().st_size)
        self.max_tokens = max_tokens
        self.counts: Counter[str] = Counter()
        self.waiting: list[tuple[int, Verdict]] = []
        self.waiting_chars = 0
        self.hashes = array("q")
        self.system_count = 0
        self.there = there
        self.shared = shared
        self.sayings = Sayings()

    def run(self, file: BinaryIO, progress: Callable[[int, int], None] | None) -> CheckReport:
        report = self.report
        for line_no, line in numbered_lines(file):
            report.line_count = line_no
            self.read_line(line_no, line)
            if len(self.waiting) >= LINES_AT_ONCE or self.waiting_chars > CHARS_AT_ONCE:
                self.count_tokens()
                if progress is not None:
                    progress(file.tell(), report.byte_count)
        self.count_tokens()
        self.find_doubles()
        self.find_leaks()
        self.judge_file()
        report.findings.sort()
        report.counts = dict(self.counts)
        if progress is not None:
            progress(report.byte_count, report.byte_count)
        return report

    def say(self, line_no: int, code: str, sentence: str) -> None:
        self.counts[code] += 1
        if self.counts[code] <= KEPT_FINDINGS:
            severity = "warning" if code in WARNINGS else "error"
            self.report.findings.append(Finding(line_no, severity, code, sentence))

    def read_line(self, line_no: int, line: bytes | None) -> None:
        if line_no == 1 and line is not None and line.startswith(BYTE_ORDER_MARK):
            line = line.removeprefix(BYTE_ORDER_MARK)
            self.say(
                1,
                "byte_order_mark",
                "the file begins with a byte order mark; Azure wants one, others may not",
            )
        example = read_example(line)
        if line is None or isinstance(example, tuple):
            self.say(line_no, *example)
            return
        if not self.report.example_count:
            self.report.format = format_of(example)
        self.report.example_count += 1
        verdict = judge(example, self.report.format)
        self.system_count += verdict.has_system
        for code, sentence in verdict.problems:
            self.say(line_no, code, sentence)
        self.waiting.append((line_no, verdict))
        self.waiting_chars += len(line)
        if line_no <= REMEMBERED_LINES:
            # Lines without an example keep a place too, so that the place tells the line's number.
            self.hashes.extend([0] * (line_no - 1 - len(self.hashes)))
            self.hashes.append(int.from_bytes(blake2b(line.strip(), digest_size=8).digest(), signed=True) | 1)
        if self.there is not None:
            self.sayings.add(line_no, example)

    def count_tokens(self) -> None:
        counts = iter(count([text for _, verdict in self.waiting for text in verdict.texts], TOKENIZER))
        for line_no, verdict in self.waiting:
            tokens = verdict.overhead_tokens + sum(next(counts) for _ in verdict.texts)
            self.report.token_count += tokens
            self.report.longest_tokens = max(self.report.longest_tokens, tokens)
            if tokens > self.max_tokens:
                self.say(
                    line_no,
                    "too_many_tokens",
                    f"{tokens} tokens, over {self.max_tokens}; a provider cuts off the end, often the reply",
                )
        self.waiting.clear()
        self.waiting_chars = 0

    def find_doubles(self) -> None:
        repeats, firsts = doubles(self.hashes, KEPT_FINDINGS)
        for first_no, line_no in firsts:
            self.say(line_no, "duplicate_line", f"the same as line {first_no}")
        if repeats:
            self.counts["duplicate_line"] = repeats

    def find_leaks(self) -> None:
        if self.there is None:
            return
        for line_no, code, sentence in leaks(self.sayings, self.there, self.shared):
            self.say(line_no, code, sentence)
        if unread := self.there.unread:
            lines = "a line holds" if unread.count == 1 else f"{unread.count:,} lines hold"
            self.say(
                0,
                "not_compared",
                f"{lines} no example in {self.there.name} and cannot be compared; the first is line"
                f" {unread.line_no}: {unread.sentence}",
            )

    def judge_file(self) -> None:
        report = self.report
        number = f"{report.example_count} example{'' if report.example_count == 1 else 's'}"
        if not report.byte_count:
            self.say(0, "empty_file", "the file is empty")
        elif report.format == "openai" and report.example_count < MIN_EXAMPLES:
            self.say(
                0,
                "too_few_examples",
                f"the file has {number}, a provider wants at least {MIN_EXAMPLES}",
            )
        # None at all is one way to train, and all are another; some are mostly an oversight.
        if 0 < self.system_count < report.example_count:
            lacking = report.example_count - self.system_count
            self.say(0, "no_system", f"{lacking} examples have no system message, the others have one")
        if report.byte_count > MAX_FILE_BYTES:
            self.say(
                0, "file_too_large", "the file is larger than 512 MB; it must be uploaded in parts, or split"
            )
