"""The recipe once more, in plain Python: what the views must yield for small rows.

Written from the description of the recipe, never from the SQL, so that the two can be compared. It holds a
whole thread in memory and knows nothing of speed.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby, pairwise

from random_stores import BLANKS, Row, Rows

Key = tuple[int, int, int]
"""dataset_id, thread_id, message_id."""


@dataclass(frozen=True, slots=True)
class ExpectedExample:
    """One example as `dataset_examples` should show it."""

    dataset_id: int
    thread_id: int
    example_no: int
    split: str
    turn_count: int
    token_count: int
    first_message_id: int
    last_message_id: int
    messages: str


@dataclass(slots=True)
class Expected:
    """Everything that the views should show."""

    examples: list[ExpectedExample] = field(default_factory=list)
    example_messages: set[tuple[int, int, int, int, int, bool]] = field(default_factory=set)
    """dataset_id, thread_id, example_no, turn_no, message_id, is_trained."""
    dropped: dict[Key, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """One kept message."""

    message_id: int
    participant_id: int
    sent_at_ms: int
    role: str
    content: str
    tokens: int
    body: str
    """The words alone, without a name; of media the placeholder."""
    name: str | None
    """What the name field of a turn of this speaker alone holds; None without such a field."""
    speaker_tokens: int
    """Those in `tokens` that are there for the speaker's name."""
    is_media: bool
    is_sticker: bool
    language: str | None

    @property
    def words(self) -> list[str]:
        return [] if self.is_media else re.findall(f"[^{BLANKS}]+", self.body)

    @property
    def word_count(self) -> int:
        return sum(_words_in(word) for word in self.words)

    @property
    def is_links_only(self) -> bool:
        links = [word for word in self.words if word.lower().startswith(("http://", "https://", "www."))]
        return bool(links) and links == self.words


Turn = list[Said]
# Script without blanks, by the first word of its letters' names -> how many of them make a word.
UNPARTED = {"CJK": 1, "HIRAGANA": 1, "KATAKANA": 1, "THAI": 4, "LAO": 4, "MYANMAR": 4, "KHMER": 4}


def _words_in(word: str) -> int:
    """Return how many words stand in what has no blanks in it."""
    sizes = [UNPARTED.get(unicodedata.name(letter, "?").split()[0], 0) for letter in word]
    found = 0 if sizes[0] else 1
    for size, run in groupby(sizes):
        found += -(-len(list(run)) // size) if size else 0
    return found


@dataclass(frozen=True, slots=True)
class Exchange:
    """A prompt and its reply, as they stand on a line."""

    prompt: Turn
    reply: Turn
    day: str
    is_trained: bool

    @property
    def tokens(self) -> int:
        return shown_tokens(self.prompt) + shown_tokens(self.reply)


def turn_tokens(turn: Turn) -> int:
    return sum(said.tokens for said in turn) + 4


def speaker_of(turn: Turn) -> str | None:
    """Return what a turn's name field holds; None when several people speak."""
    return turn[0].name if len({said.name for said in turn}) == 1 else None


def shown_tokens(turn: Turn) -> int:
    """Return the tokens of a turn as it stands on a line: its one speaker is named once."""
    spared = 0 if speaker_of(turn) is None else (len(turn) - 1) * turn[0].speaker_tokens
    return turn_tokens(turn) - spared


def expect(rows: Rows) -> Expected:
    """Return what the views should show for all datasets of a store."""
    expected = Expected()
    for dataset in rows["datasets"]:
        readers = [_Reader(rows, dataset, thread, expected) for thread in rows["threads"]]
        for reader in readers:
            reader.read()
        duplicates = duplicates_of(readers) if dataset["skip_duplicates"] else set()
        for reader in readers:
            reader.write(duplicates)
    return expected


def duplicates_of(readers: "list[_Reader]") -> set[tuple[int, int]]:
    """Return the (thread_id, example_no) of all examples that say what an earlier one says."""
    found = []
    for reader in readers:
        chunks = [segment[start:end] for segment, parts in reader.plans for _, start, end in parts]
        for example_no, chunk in enumerate(chunks, start=1):
            trained = chunk[[exchange.is_trained for exchange in chunk].index(True) :]
            texts = [
                (reader.text(side), exchange.is_trained)
                for exchange in trained
                for side in (exchange.prompt, exchange.reply)
            ]
            began = trained[0].prompt[0].sent_at_ms
            found.append((began, int(str(reader.thread["bucket"])), reader.thread_id, example_no, texts))
    known: list[object] = []
    duplicates = set()
    for _, _, thread_id, example_no, texts in sorted(found, key=lambda row: row[:4]):
        if texts in known:
            duplicates.add((thread_id, example_no))
        known.append(texts)
    return duplicates


Plan = tuple[list[Exchange], list[tuple[int, int, int]]]
"""A segment, and of each of its examples: where its context, its chunk and what follows begin."""


class _Reader:
    """One thread under one recipe."""

    def __init__(self, rows: Rows, dataset: Row, thread: Row, expected: Expected) -> None:
        self.rows, self.expected = rows, expected
        # Options without a value are absent.
        self.recipe = {name: value for name, value in dataset.items() if isinstance(value, int)}
        self.mode, self.joiner = str(dataset["mode"]), str(dataset["joiner"])
        self.system_prompt = str(dataset["system_prompt"] or "")
        self.thread = thread
        self.dataset_id, self.thread_id = int(str(dataset["dataset_id"])), int(str(thread["thread_id"]))
        self.persona = {row["participant_id"] for row in rows["persona_participants"]}
        self.names = {row["participant_id"]: str(row["display_name"]) for row in rows["participants"]}
        self.shows_names = (
            self.mode == "exchange" and self.recipe["has_speaker_names"] and thread["kind"] == "group"
        )
        self.has_name_field = (
            self.mode == "exchange" and self.recipe["has_name_field"] and thread["kind"] == "group"
        )
        self.language = dataset["language"]
        self.example_no = 0
        self.plans: list[Plan] = []

    def read(self) -> None:
        kept = list(self.kept())
        if self.mode == "sliding":
            self.read_sliding(kept)
            return
        for conversation in split_where(kept, self.is_pause):
            for segment in self.segments(conversation):
                self.read_segment(segment)

    # -- filters

    def kept(self) -> Iterator[Said]:
        found = [
            row
            for row in self.rows["messages"]
            if row["thread_id"] == self.thread_id and (row["kind"] == "text" or self.is_shown_media(row))
        ]
        for row in sorted(found, key=lambda row: (row["sent_at_ms"], row["ordinal"])):
            reason = self.filtered(row)
            said = self.said(row)
            if reason is None:
                yield said
            else:
                self.drop([said], reason)

    def is_shown_media(self, row: Row) -> bool:
        is_media = row["kind"] == "media" and row["participant_id"] not in self.persona
        return is_media and bool(self.recipe["has_placeholders"])

    def attachments(self, row: Row) -> list[str]:
        """Return the kinds of a message's attachments in their order, each once; without any, a place."""
        own = [
            found
            for found in self.rows["attachments"]
            if (found["thread_id"], found["message_id"]) == (row["thread_id"], row["message_id"])
        ]
        kinds = [
            str(found["kind"]) for found in sorted(own, key=lambda found: int(str(found["attachment_no"])))
        ]
        return list(dict.fromkeys(kinds)) or ["location"]

    def filtered(self, row: Row) -> str | None:
        kinds = [kind for kind in ("direct", "group") if self.recipe[f"has_{kind}"]]
        if self.thread["kind"] not in kinds:
            return "thread_kind"
        if not self.is_listed("dataset_threads", "thread_id", row["thread_id"]):
            return "thread_filter"
        since, until, at = (
            self.recipe.get("since_ms"),
            self.recipe.get("until_ms"),
            int(str(row["sent_at_ms"])),
        )
        if (since is not None and at < since) or (until is not None and at >= until):
            return "date_filter"
        person = row["participant_id"]
        if person not in self.persona and not self.is_listed(
            "dataset_participants", "participant_id", person
        ):
            return "person_filter"
        return None

    def is_listed(self, table: str, column: str, value: object) -> bool:
        listed = [row for row in self.rows[table] if row["dataset_id"] == self.dataset_id]
        no = {row[column] for row in listed if not row["is_included"]}
        yes = {row[column] for row in listed if row["is_included"]}
        return value not in no and (not yes or value in yes)

    def said(self, row: Row) -> Said:
        kinds = self.attachments(row) if row["kind"] == "media" else []
        plain = " ".join(f"[{kind}]" for kind in kinds) if kinds else str(row["body"])
        body, person = plain, row["participant_id"]
        role = "assistant" if person in self.persona else "user"
        tokens = self.counted("message_tokens", "message_id", row["message_id"], body) + 2
        speaker_tokens, slug = 0, None
        if role == "user" and self.shows_names:
            name = self.names[person] or "Unknown"
            body = f"{name}: {body}"
            speaker_tokens = 2 + (
                7 if name == "Unknown" else self.counted("participant_tokens", "participant_id", person, name)
            )
        if role == "user" and self.has_name_field:
            slug, slug_tokens = self.slug(person)
            speaker_tokens = max(speaker_tokens, slug_tokens + 1)
        told = [
            found["language"]
            for found in self.rows["message_languages"]
            if (found["thread_id"], found["message_id"]) == (row["thread_id"], row["message_id"])
        ]
        return Said(
            message_id=int(str(row["message_id"])),
            participant_id=int(str(person)),
            sent_at_ms=int(str(row["sent_at_ms"])),
            role=role,
            content=body,
            tokens=tokens + speaker_tokens,
            body=plain,
            name=slug,
            speaker_tokens=speaker_tokens,
            is_media=bool(kinds),
            is_sticker=kinds == ["sticker"],
            language=str(told[0]) if told and told[0] is not None else None,
        )

    def counted(self, table: str, column: str, value: object, text: str) -> int:
        """Return the count that a row holds, or four a character."""
        for row in self.rows[table]:
            if row[column] == value and row.get("thread_id", self.thread_id) == self.thread_id:
                return int(str(row["token_count"]))
        return 4 * len(text)

    def slug(self, person: object) -> tuple[str, int]:
        """Return the slug of a person and its tokens; without a row both are made up."""
        for row in self.rows["participant_slugs"]:
            is_of_name = row["made_from"] == self.names[person]  # type: ignore[index]
            if row["participant_id"] == person and row["is_current"] and is_of_name:
                slug = str(row["slug"])
                counted = [row for row in self.rows["slug_tokens"] if row["slug"] == slug]
                return slug, int(str(counted[0]["token_count"])) if counted else len(slug)
        return f"person_{person}", 26

    # -- exchange mode

    def is_pause(self, before: Said, after: Said) -> bool:
        return after.sent_at_ms - before.sent_at_ms > self.recipe["gap_minutes"] * 60_000

    def segments(self, conversation: Turn) -> Iterator[list[Exchange]]:
        day = datetime.fromtimestamp(conversation[0].sent_at_ms // 1000, UTC).strftime("%Y-%m-%d")
        turns = split_where(conversation, lambda before, after: before.role != after.role)
        if turns[0][0].role == "assistant":
            self.drop(turns.pop(0), "no_prompt")
        if len(turns) % 2:
            self.drop(turns.pop(), "no_reply")
        segment: list[Exchange] = []
        for prompt, reply in zip(turns[::2], turns[1::2], strict=True):
            exchange = self.fitted(prompt, reply, day)
            if exchange is not None:
                segment.append(exchange)
            elif segment:
                yield segment
                segment = []
        if segment:
            yield segment

    def fitted(self, prompt: Turn, reply: Turn, day: str) -> Exchange | None:
        if turn_tokens(reply) > self.capacity:
            self.drop(prompt + reply, "reply_too_long")
            return None
        start = 0
        while start < len(prompt) and turn_tokens(prompt[start:]) + turn_tokens(reply) > self.capacity:
            start += 1
        if start == len(prompt):
            self.drop(prompt + reply, "prompt_too_long")
            return None
        if reason := self.unwanted(prompt[start:], reply):
            self.drop(prompt + reply, reason)
            return None
        self.drop(prompt[:start], "prompt_shortened")
        is_trained = len(self.text(reply)) >= self.recipe["min_assistant_chars"]
        return Exchange(prompt[start:], reply, day, is_trained)

    def unwanted(self, prompt: Turn, reply: Turn) -> str | None:
        if self.recipe["skip_links"] and any(
            all(said.is_links_only for said in side) for side in (prompt, reply)
        ):
            return "links_only"
        if self.recipe["skip_stickers"] and all(said.is_sticker for said in prompt):
            return "stickers_only"
        if sum(said.word_count for said in prompt + reply) < self.recipe["min_words"]:
            return "too_few_words"
        for side in (prompt, reply):
            told = [said for said in side if said.language is not None and self.language is not None]
            if sum(len(said.body) * (1 if said.language == self.language else -1) for said in told) < 0:
                return "other_language"
        return None

    def read_segment(self, segment: list[Exchange]) -> None:
        parts = []
        for start, end in self.chunks(segment):
            if not any(exchange.is_trained for exchange in segment[start:end]):
                continue
            first, tokens = start, sum(exchange.tokens for exchange in segment[start:end])
            while first > max(0, start - self.recipe["context_exchanges"]):
                tokens += segment[first - 1].tokens
                if tokens > self.capacity:
                    break
                first -= 1
            parts.append((first, start, end))
        self.plans.append((segment, parts))

    def write(self, duplicates: set[tuple[int, int]]) -> None:
        """Add the examples of all segments but for duplicates, and drop what is in none of them."""
        for segment, parts in self.plans:
            used: set[int] = set()
            left: set[int] = set()
            for first, start, end in parts:
                if (self.thread_id, self.example_no + 1) in duplicates:
                    self.example_no += 1
                    left |= set(range(start, end))
                else:
                    self.add_exchanges(segment[first:start], segment[start:end])
                    used |= set(range(first, end))
            for place, exchange in enumerate(segment):
                if place not in used:
                    reason = "duplicate" if place in left else "reply_too_short"
                    self.drop(exchange.prompt + exchange.reply, reason)

    def chunks(self, segment: list[Exchange]) -> Iterator[tuple[int, int]]:
        """Yield where each chunk starts and ends."""
        start = 0
        for is_large, group in groupby(segment, key=lambda exchange: 2 * exchange.tokens > self.capacity):
            run = list(group)
            widest = max(exchange.tokens for exchange in run)
            width = max(self.capacity / 2, self.capacity - (1 + self.recipe["context_exchanges"]) * widest)
            cells, offset = [], 0
            for place, exchange in enumerate(run):
                cells.append(place if is_large else offset // width)
                offset += exchange.tokens
            for _, cell in groupby(cells):
                count = len(list(cell))
                limit = self.recipe.get("max_turns", 2 * count) // 2
                for begin in range(0, count, limit):
                    yield start + begin, start + min(begin + limit, count)
                start += count

    def add_exchanges(self, context: list[Exchange], chunk: list[Exchange]) -> None:
        turns: list[tuple[Turn, int | None]] = []
        for exchange in context:
            turns += [(exchange.prompt, None), (exchange.reply, 0)]
        for exchange in chunk:
            turns += [(exchange.prompt, None), (exchange.reply, int(exchange.is_trained))]
        day = chunk[0].day
        contents = [self.text(turn) for turn, _ in turns]
        self.add(turns, contents, day, self.drawn(f"{self.recipe['seed']}:{self.thread_id}:{day}"))

    def text(self, turn: Turn) -> str:
        is_named = speaker_of(turn) is not None
        return self.joiner.join(said.body if is_named else said.content for said in turn)

    # -- sliding mode

    def read_sliding(self, kept: Turn) -> None:
        turns = split_where(kept, lambda before, after: before.participant_id != after.participant_id)
        if not any(said.role == "assistant" for said in kept):
            self.drop(kept, "no_reply")
            return
        size, step = self.recipe["chunk_size"], self.recipe["chunk_size"] - self.recipe["chunk_overlap"]
        starts = range(0, len(turns) - size + 1, step)
        day = datetime.fromtimestamp(kept[0].sent_at_ms // 1000, UTC).strftime("%Y-%m-%d")
        for start in starts:
            window = turns[start : start + size]
            weighed = [(turn, 1 if turn[0].role == "assistant" else None) for turn in window]
            contents = [merged(turn) for turn in window]
            self.add(weighed, contents, day, self.drawn(f"{self.recipe['seed']}:{self.thread_id}"))
        end = starts[-1] + size if starts else 0
        for turn in turns[end:]:
            self.drop(turn, "tail" if starts else "thread_too_short")

    # -- both

    @property
    def prompt_text(self) -> str:
        """The system prompt with all but the date filled in at once, so that no value is filled in again."""
        values = {"persona": str(self.rows["personas"][0]["name"]), "title": str(self.thread["title"])}
        parts = self.system_prompt.split("{")
        filled = parts[0]
        for part in parts[1:]:
            name, brace, rest = part.partition("}")
            filled += values[name] + rest if brace and name in values else "{\0" + part
        return filled

    @property
    def system_tokens(self) -> int:
        prompt = self.system_prompt
        if not self.prompt_text:
            return 0
        title_tokens = self.counted("thread_tokens", "thread_id", self.thread_id, str(self.thread["title"]))
        return (
            self.recipe["system_prompt_tokens"]
            + 4
            + prompt.count("{title}") * (title_tokens + 2)
            + prompt.count("{date}") * 12
        )

    @property
    def capacity(self) -> int:
        return self.recipe["max_tokens"] - 3 - self.system_tokens

    def drawn(self, lot: str) -> str:
        digits = hashlib.md5(lot.encode()).hexdigest()[:4]
        is_validation = int(digits, 16) < self.recipe["validation_permille"] * 65.536
        return "validation" if is_validation else "train"

    def add(self, turns: list[tuple[Turn, int | None]], contents: list[str], day: str, split: str) -> None:
        self.example_no += 1
        system = self.prompt_text.replace("{\0date}", day).replace("{\0", "{")
        objects: list[dict[str, object]] = [{"role": "system", "content": system}] if system else []
        for (turn, weight), content in zip(turns, contents, strict=True):
            name = speaker_of(turn)
            objects.append(
                {"role": turn[0].role, "content": content}
                | ({"name": name} if name is not None else {})
                | ({"weight": 0} if weight == 0 else {})
            )
            for said in turn:
                key = (self.dataset_id, self.thread_id, self.example_no, len(objects), said.message_id)
                self.expected.example_messages.add((*key, weight == 1))
        self.expected.examples.append(
            ExpectedExample(
                dataset_id=self.dataset_id,
                thread_id=self.thread_id,
                example_no=self.example_no,
                split=split,
                turn_count=len(objects),
                token_count=sum(shown_tokens(turn) for turn, _ in turns) + 3 + self.system_tokens,
                first_message_id=turns[0][0][0].message_id,
                last_message_id=turns[-1][0][-1].message_id,
                messages=json.dumps(objects, ensure_ascii=False, separators=(",", ":")),
            )
        )

    def drop(self, messages: Turn, reason: str) -> None:
        for said in messages:
            self.expected.dropped[self.dataset_id, self.thread_id, said.message_id] = reason


def split_where(messages: Turn, is_border: Callable[[Said, Said], bool]) -> list[Turn]:
    """Return the messages cut wherever two neighbours have a border between them."""
    parts = [messages[:1]] if messages else []
    for before, after in pairwise(messages):
        if is_border(before, after):
            parts.append([])
        parts[-1].append(after)
    return parts


def merged(turn: Turn) -> str:
    """Return the bodies of a turn as the tutorial merges them: stripped after each one that is added."""
    content = turn[0].content
    for said in turn[1:]:
        content = f"{content}\n\n{said.content}".strip(BLANKS)
    return content
