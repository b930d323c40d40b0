"""What a provider or trainer wants of one line of a training file, already parsed.

Source: PROVIDERS.md, "Training-file rules", "Cookbook checks" and "Local trainers".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from rolecall.texts.tokens import EXAMPLE_TOKENS, MESSAGE_TOKENS, NAME_TOKENS

LINE_KEYS = {"messages", "tools", "parallel_tool_calls", "functions"}
# What trainers on one's own machine read beside: ms-swift's `loss`.
TRAINER_KEYS = {"loss"}
MESSAGE_KEYS = {"role", "content", "name", "weight", "tool_calls", "function_call", "tool_call_id"}
ROLES = {"system", "user", "assistant", "tool", "function"}
CALLS = ("tool_calls", "function_call")
SPEAKERS = {"system", "human", "gpt", "observation", "function_call"}

NAME_PATTERN = re.compile(r"[^\s<|\\/>]+")
STRICT_NAME_PATTERN = re.compile(r"[A-Za-z0-9_-]{1,64}")
SPECIAL_TOKENS = ("<|endoftext|>", "<|endofprompt|>", "<|im_start|>", "<|im_end|>", "<|im_sep|>")

# What does not make a provider refuse the file; every other code does.
WARNINGS = {
    "byte_order_mark",
    "duplicate_line",
    "file_too_large",
    "last_not_assistant",
    "leaked_line",
    "leaked_message",
    "leaked_reply",
    "name_not_plain",
    "no_system",
    "no_user",
    "not_compared",
    "special_token",
    "too_many_tokens",
}


@dataclass(slots=True)
class Verdict:
    """What is wrong with one line, and what of it costs tokens."""

    problems: list[tuple[str, str]] = field(default_factory=list)
    """(code, plain sentence)."""
    texts: list[str] = field(default_factory=list)
    """To be counted."""
    overhead_tokens: int = EXAMPLE_TOKENS
    has_system: bool = False
    """Whether there is a system message."""

    def say(self, code: str, sentence: str) -> None:
        """Add a problem."""
        self.problems.append((code, sentence))

    def weigh(self, text: str) -> None:
        """Add a text that costs tokens, and look for words that mean something to a model."""
        self.texts.append(text)
        if "<|" in text:
            for token in SPECIAL_TOKENS:
                if token in text:
                    self.say("special_token", f"a text holds {token}, which some trainers read as a command")


def format_of(example: dict[str, object]) -> str:
    """Return the format of an example by its keys: openai, sharegpt, swift or trl_completion."""
    if "conversations" in example and "messages" not in example:
        return "sharegpt"
    if "completion" in example:
        return "trl_completion"
    messages = example.get("messages")
    is_swift = isinstance(messages, list) and any(
        isinstance(message, dict) and message.keys() & TRAINER_KEYS for message in messages
    )
    return "swift" if is_swift else "openai"


def judge(example: dict[str, object], format_name: str) -> Verdict:
    """Return what is wrong with one example of a format that `format_of` knows."""
    verdict = Verdict()
    if format_name == "trl_completion":
        for key in ("prompt", "completion"):
            if not isinstance(example.get(key), list) and not part_of(example, key):
                verdict.say("missing_messages", f"the line has no {key}")
        example = {"messages": [*part_of(example, "prompt"), *part_of(example, "completion")]}
    key = "conversations" if format_name == "sharegpt" else "messages"
    entries = example.get(key)
    if not isinstance(entries, list) or not entries:
        state = "no" if key not in example else "an empty" if entries == [] else "no list as"
        verdict.say("missing_messages", f"the line has {state} {key}")
        return verdict
    messages = [entry for entry in entries if isinstance(entry, dict)]
    verdict.has_system = any("system" in (message.get("role"), message.get("from")) for message in messages)
    if len(messages) < len(entries):
        verdict.say("message_not_object", f"an entry of {key} is no JSON object")
    elif format_name == "sharegpt":
        _judge_sharegpt(messages, verdict)
    else:
        _judge_openai(example, messages, verdict)
    return verdict


def part_of(example: dict[str, object], key: str) -> list[object]:
    """Return the messages of a prompt or a completion, which may be plain text too."""
    part = example.get(key)
    if isinstance(part, str):
        return [{"role": "user" if key == "prompt" else "assistant", "content": part}] if part else []
    return part if isinstance(part, list) else []


def _judge_openai(example: dict[str, object], messages: list[dict[str, object]], verdict: Verdict) -> None:
    for key in sorted(example.keys() - LINE_KEYS):
        words = f"the line has a key {key!r}; any key but messages and tools fails the job"
        verdict.say("unknown_key", words)
    for message_no, message in enumerate(messages, start=1):
        for code, words in _message_problems(message):
            verdict.say(code, f"message {message_no} {words}")
        _weigh(message, verdict)
    if all(message.get("role") != "user" for message in messages):
        verdict.say("no_user", "no message is of a user, so the model learns to speak unasked")
    replies = [message for message in messages if message.get("role") == "assistant"]
    if not replies:
        verdict.say("no_assistant", "no message is of the assistant, so there is nothing to learn")
        return
    if all(message.get("weight") == 0 or message.get("loss") is False for message in replies):
        words = "every message of the assistant has weight 0 or loss false, so there is nothing to learn"
        verdict.say("nothing_trained", words)
    if messages[-1].get("role") != "assistant":
        verdict.say("last_not_assistant", "the last message is not of the assistant; it trains nothing")


def _message_problems(message: dict[str, object]) -> Iterator[tuple[str, str]]:
    role, content, name = message.get("role"), message.get("content"), message.get("name")
    for key in sorted(message.keys() - MESSAGE_KEYS - (TRAINER_KEYS if role == "assistant" else set())):
        yield "unknown_message_key", f"has a key {key!r}; known: {', '.join(sorted(MESSAGE_KEYS))}"
    if not isinstance(role, str) or role not in ROLES:
        yield "unknown_role", f"has the role {_short(role)}; known: {', '.join(sorted(ROLES))}"
    if not (
        (isinstance(content, str) and content)
        or _are_parts(content)
        or any(message.get(key) for key in CALLS)
    ):
        yield "missing_content", "has no text as content" if content != "" else "has an empty content"
    if "weight" in message:
        weight = message["weight"]
        if role != "assistant":
            yield "wrong_weight", "has a weight; only messages of the assistant may"
        elif isinstance(weight, bool) or not isinstance(weight, int) or weight not in (0, 1):
            yield "wrong_weight", f"has the weight {_short(weight)}; it must be the number 0 or 1"
    if "name" in message:
        if not isinstance(name, str) or not NAME_PATTERN.fullmatch(name):
            yield "wrong_name", f"has the name {_short(name)}; blanks and < | \\ / > are not allowed"
        elif not STRICT_NAME_PATTERN.fullmatch(name):
            words = f"has the name {_short(name)}; some servers want 1 to 64 of A-Z a-z 0-9 _ -"
            yield "name_not_plain", words


def _are_parts(content: object) -> bool:
    """Return whether a content is a list of parts (text, image), as vision models take it."""
    return isinstance(content, list) and bool(content) and all(isinstance(part, dict) for part in content)


def _weigh(message: dict[str, object], verdict: Verdict) -> None:
    content, name = message.get("content"), message.get("name")
    verdict.overhead_tokens += MESSAGE_TOKENS
    if isinstance(content, str):
        verdict.weigh(content)
    elif isinstance(content, list):
        for part in content:
            if isinstance(part, dict) and isinstance(part.get("text"), str):
                verdict.weigh(part["text"])
    if isinstance(name, str):
        verdict.weigh(name)
        verdict.overhead_tokens += NAME_TOKENS
    for key in CALLS:
        if message.get(key):
            verdict.weigh(msgspec.json.encode(message[key]).decode())


def _judge_sharegpt(messages: list[dict[str, object]], verdict: Verdict) -> None:
    for message_no, message in enumerate(messages, start=1):
        speaker, text = message.get("from"), message.get("value")
        if not isinstance(speaker, str) or speaker not in SPEAKERS:
            words = f"message {message_no} is from {_short(speaker)}; known: human, gpt, system"
            verdict.say("unknown_role", words)
        if not isinstance(text, str) or not text:
            verdict.say("missing_content", f"message {message_no} has no text as value")
        else:
            verdict.weigh(text)
        verdict.overhead_tokens += MESSAGE_TOKENS
    speakers = [str(message.get("from")) for message in messages]
    turns = speakers[1:] if speakers[0] == "system" else speakers
    # LLaMA-Factory: human or observation first, gpt or function_call after it, and so on; an even count.
    is_alternating = all(
        speaker in (("gpt", "function_call") if index % 2 else ("human", "observation"))
        for index, speaker in enumerate(turns)
    )
    if not turns or len(turns) % 2 or not is_alternating:
        words = "human and gpt do not alternate, human first, gpt last; trainers skip the line"
        verdict.say("not_alternating", words)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."
