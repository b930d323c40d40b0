"""Counting tokens exactly and offline: the vocabulary is compiled into toktok."""

from collections.abc import Sequence

from rolecall.errors import RolecallError, UsageError

# Our name -> the encoding's own. o200k: all models since gpt-4o, gpt-4.1 included.
TOKENIZERS = {"o200k": "o200k_base"}

# What a provider adds to each message (its role counted) and once to each example.
# Source: OpenAI cookbook, "Data preparation and analysis for chat model fine-tuning".
MESSAGE_TOKENS = 4
EXAMPLE_TOKENS = 3
# A message with a name has one more beside the tokens of the name.
NAME_TOKENS = 1


def check_tokenizer(name: str) -> None:
    """Return if there is a tokenizer of that name.

    Raises:
        UsageError: There is none; the message lists those there are.
    """
    if name not in TOKENIZERS:
        raise UsageError(f"no tokenizer named '{name}'; choose from: {', '.join(sorted(TOKENIZERS))}")


def count(texts: Sequence[str], tokenizer: str) -> list[int]:
    """Return the number of tokens of each text.

    `<|endoftext|>` and its like are counted as the ordinary text that somebody typed.

    Raises:
        UsageError: There is no tokenizer of that name.
        RolecallError: A text holds a lone surrogate, which no file in UTF-8 can hold.
    """
    check_tokenizer(tokenizer)
    import toktok  # here, since loading it takes as long as a short command

    try:
        counts: list[int] = toktok.batch_count(texts, TOKENIZERS[tokenizer])
    except UnicodeEncodeError as error:
        text = next(text for text in texts if any("\ud800" <= letter <= "\udfff" for letter in text))
        raise RolecallError(
            f"half of a character (a lone surrogate) stands in the text {text[:40]!r}"
        ) from error
    return counts
