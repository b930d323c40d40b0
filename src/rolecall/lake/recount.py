"""Files with lines that somebody else wrote, read once: hashed, and their tokens counted exactly."""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from rolecall.errors import CheckFailed
from rolecall.exports.lines import EXAMPLES_AT_ONCE, exact_tokens

# What `formats/openai` puts around the messages of an example.
_BEFORE, _AFTER = b'{"messages":', b"}\n"


@dataclass(frozen=True, slots=True)
class Counted:
    """What a file holds."""

    sha256: str
    byte_count: int
    token_count: int


def recounted(paths: Sequence[Path], tokenizer: str, limit_tokens: int | None) -> list[Counted]:
    """Return what files in the format `openai` hold, several read at once.

    Args:
        paths: Of the files.
        tokenizer: A name of `tokens.TOKENIZERS`.
        limit_tokens: Of one line; None where the recipe sets no limit.

    Raises:
        CheckFailed: A line has more tokens than that, which the export of a store refuses too.
    """
    with ThreadPoolExecutor() as pool:
        return list(pool.map(lambda path: _counted(path, tokenizer, limit_tokens), paths))


def _counted(path: Path, tokenizer: str, limit_tokens: int | None) -> Counted:
    digest, byte_count, token_count, line_count = hashlib.sha256(), 0, 0, 0
    with path.open("rb") as file:
        while lines := list(islice(file, EXAMPLES_AT_ONCE)):
            data = b"".join(lines)
            digest.update(data)
            byte_count += len(data)
            texts = [line.removeprefix(_BEFORE).removesuffix(_AFTER).decode() for line in lines]
            lengths, _ = exact_tokens(texts, tokenizer)
            longest = max(lengths)
            if limit_tokens is not None and longest > limit_tokens:
                line_no = line_count + lengths.index(longest) + 1
                raise CheckFailed(
                    f"line {line_no} of {path.name} has {longest} tokens, max_tokens is {limit_tokens};"
                    " nothing was written; choose another max_tokens and report it"
                )
            token_count += sum(lengths)
            line_count += len(lines)
    return Counted(digest.hexdigest(), byte_count, token_count)
