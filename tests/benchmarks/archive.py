"""A generated archive: `python -m benchmarks.archive --messages 1000000 -o FOLDER`.

Few large chats and many small ones, a fifth of them groups, several scripts, newest message first, at most
10,000 messages a file. The same options make the same bytes. Every chat stands in `inbox`, the only section
that LangChain's loader reads. `--is-later` makes the download that the same person asks for months later:
1 % new messages, some people renamed, some messages edited or unsent.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from random import Random

from benchmarks.entries import (
    KINDS,
    Entry,
    Phrases,
    classic,
    emoji_of,
    escaped,
    plain,
    reactions_of,
    secure,
    slug,
)
from benchmarks.words import GROUP_NAMES, OWNER, SPOKEN

FILE_MESSAGES = 10_000
THREAD_MESSAGES = 690  # of a real archive: 774,818 messages in 1,123 threads
ASKED_AT_MS = 1_780_000_000_000  # 28 May 2026
LATER_MS = 150 * 86_400_000
YEARS_MS = 12 * 365 * 86_400_000
BURST_MESSAGES = 24
LATER_PERMILLE = 10
PROFILE = "personal_information/profile_information/profile_information.json"
SECURE_FILE = "Everything_1.json"


@dataclass(frozen=True)
class Shape:
    """What an archive is to be."""

    messages: int
    seed: int = 5
    threads: int | None = None
    """None: as many as a real archive of that size has."""
    is_later: bool = False
    is_one_file: bool = False
    """One chat in one file of secure storage."""


@dataclass(frozen=True)
class _Plan:
    """One chat to write."""

    thread_no: int
    size: int
    later_size: int
    """Messages that only the later download has."""
    names: list[str]
    """The owner last."""
    title: str
    folder: str
    newest_ms: int
    pause_ms: int
    is_alive: bool


def write_archive(shape: Shape, folder: Path) -> Path:
    """Write an archive into a new folder and return it."""
    folder.mkdir(parents=True)
    if shape.is_one_file:
        (plan,) = _plans(shape)
        _write_secure(plan, shape, folder / SECURE_FILE)
        return folder
    profile = folder / PROFILE
    profile.parent.mkdir(parents=True)
    profile.write_text(json.dumps({"profile_v2": {"name": {"full_name": OWNER}}}, indent=2))
    languages = {language: Phrases(language, escaped, shape.seed) for language in SPOKEN}
    for plan in _plans(shape):
        place = folder / "your_facebook_activity" / "messages" / "inbox" / plan.folder
        place.mkdir(parents=True)
        _write_thread(plan, shape, languages[SPOKEN[plan.thread_no % len(SPOKEN)]], place)
    return folder


def _sizes(shape: Shape) -> list[int]:
    """Return how many messages each chat has, by a power law; their sum is what was asked for."""
    threads = 1 if shape.is_one_file else shape.threads or max(2, shape.messages // THREAD_MESSAGES)
    weights = [(number + 3) ** -1.1 for number in range(threads)]
    scale = shape.messages / sum(weights)
    sizes = [max(1, int(weight * scale)) for weight in weights]
    sizes[0] += shape.messages - sum(sizes)
    return sizes


def _plans(shape: Shape) -> Iterator[_Plan]:
    sizes = _sizes(shape)
    # Long chats mostly go on, short ones mostly do not.
    alive = [
        Random(f"{shape.seed} alive {number}").random() < (0.7 if size > 1000 else 0.2) or number == 0
        for number, size in enumerate(sizes)
    ]
    going_on = sum(size for size, is_alive in zip(sizes, alive, strict=True) if is_alive)
    new = shape.messages * LATER_PERMILLE / 1000 / going_on
    for number, (size, is_alive) in enumerate(zip(sizes, alive, strict=True)):
        random = Random(f"{shape.seed} thread {number}")
        is_group = number % 5 == 3
        people = [_person(shape, random, number) for _ in range(random.randrange(3, 12) if is_group else 1)]
        title = f"{random.choice(GROUP_NAMES)} {number}" if is_group else people[0]
        span_ms = min(YEARS_MS, size * 86_400_000)
        yield _Plan(
            thread_no=number,
            size=size,
            later_size=round(size * new) if is_alive else 0,
            names=[*dict.fromkeys(people), OWNER],
            title=title,
            folder=f"{slug(title)}_{10**15 + number * 7919}".lstrip("_"),
            newest_ms=ASKED_AT_MS
            - (random.randrange(10**9) if is_alive else random.randrange(10**8, 3 * 10**11)),
            pause_ms=max(3_600_000, (span_ms - size * 45_000) // (size // BURST_MESSAGES + 1)),
            is_alive=is_alive,
        )


def _person(shape: Shape, random: Random, number: int) -> str:
    """Return an invented name; the same one may be in several chats."""
    language = SPOKEN[number % len(SPOKEN)]
    given, family, initial = (
        random.choice(language.given),
        random.choice(language.family),
        random.randrange(26),
    )
    who = f"{given} {chr(65 + initial)}. {family}"
    chance = Random(f"{shape.seed} renamed {who}")
    is_renamed = shape.is_later and chance.randrange(50) == 0
    return f"{who}-{chance.choice(language.family)}" if is_renamed else who


def _entries(
    plan: _Plan, phrases: Phrases, random: Random, count: int, newest_ms: int, *, is_edited: bool
) -> Iterator[Entry]:
    """Yield messages from the newest to the oldest."""
    quoted = [escaped(name) for name in plan.names]
    emoji = emoji_of(escaped)
    sent_at_ms, sender_no = newest_ms, 0
    for _ in range(count):
        bits = random.getrandbits(128)
        pause = bits & 0xFFFF
        if pause % BURST_MESSAGES:
            sent_at_ms -= 1000 + pause
        else:
            sent_at_ms -= plan.pause_ms * (1 + (pause & 255)) // 128
        if bits >> 16 & 3:  # three quarters of the time somebody else speaks
            sender_no = (sender_no + 1 + (bits >> 18) % max(1, len(quoted) - 1)) % len(quoted)
        kind, text = KINDS[bits >> 24 & 1023], phrases.text(bits >> 34)
        if is_edited and (chance := bits >> 96 & 1023) < 2:
            kind, text = ("unsent", text) if chance else (kind, f"{text} \\u00e2\\u009c\\u008f")
        yield Entry(quoted[sender_no], sent_at_ms, kind, text, reactions_of(bits >> 74, quoted, emoji))


def _all_entries(plan: _Plan, shape: Shape, phrases: Phrases) -> Iterator[Entry]:
    first = Random(f"{shape.seed} messages {plan.thread_no}")
    is_edited = shape.is_later and plan.is_alive
    known = _entries(plan, phrases, first, plan.size, plan.newest_ms, is_edited=is_edited)
    if not (shape.is_later and plan.later_size):
        return known
    # Dense enough that they all lie between the two downloads.
    dense = replace(plan, pause_ms=LATER_MS // 5 // (plan.later_size // BURST_MESSAGES + 1))
    later = Random(f"{shape.seed} later {plan.thread_no}")
    newest_ms = plan.newest_ms + LATER_MS
    return chain(_entries(dense, phrases, later, plan.later_size, newest_ms, is_edited=False), known)


def _write_thread(plan: _Plan, shape: Shape, phrases: Phrases, place: Path) -> None:
    people = ",\n".join(f'    {{\n      "name": "{escaped(name)}"\n    }}' for name in plan.names)
    entries = _all_entries(plan, shape, phrases)
    file_no = 1
    while part := [classic(entry, plan.folder) for entry in islice(entries, FILE_MESSAGES)]:
        text = (
            f'{{\n  "participants": [\n{people}\n  ],\n  "messages": [\n'
            + ",\n".join(part)
            + f'\n  ],\n  "title": "{escaped(plan.title)}",\n  "is_still_participant": true,\n'
            f'  "thread_path": "inbox/{plan.folder}",\n  "magic_words": []\n}}'
        )
        (place / f"message_{file_no}.json").write_text(text, encoding="ascii")
        file_no += 1


def _write_secure(plan: _Plan, shape: Shape, path: Path) -> None:
    """Write one chat oldest first, as secure storage does: times are mirrored at the newest one."""
    phrases = Phrases(SPOKEN[0], plain, shape.seed)
    random = Random(f"{shape.seed} messages {plan.thread_no}")
    first_ms = plan.newest_ms - YEARS_MS
    people = ", ".join(f'"{plain(name)}"' for name in reversed(plan.names))
    entries = _entries(plan, phrases, random, plan.size, 0, is_edited=False)
    with path.open("w", encoding="utf-8") as file:
        file.write(
            f'{{\n  "participants": [{people}],\n  "threadName": "{plain(plan.title)}",\n  "messages": [\n'
        )
        is_first = True
        while part := [
            secure(Entry(one.sender, first_ms - one.sent_at_ms, one.kind, one.text, one.reactions))
            for one in islice(entries, FILE_MESSAGES)
        ]:
            file.write(("" if is_first else ",\n") + ",\n".join(part))
            is_first = False
        file.write("\n  ]\n}")


def main() -> None:
    """Write the archive that the command line asks for."""
    parser = argparse.ArgumentParser(description="Write a generated archive.")
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument(
        "--threads", type=int, help="how many chats; by default as many as a real archive has"
    )
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--is-later", action="store_true", help="the same person's next download")
    parser.add_argument("--is-one-file", action="store_true", help="one chat in one file of secure storage")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER")
    told = parser.parse_args()
    shape = Shape(told.messages, told.seed, told.threads, told.is_later, told.is_one_file)
    write_archive(shape, told.output)


if __name__ == "__main__":
    main()
