"""OpenAI's chat format, which Azure, Nebius, Fireworks and Together take too.

Source: PROVIDERS.md, section 1: a line may hold `messages` and hardly anything else, or the job fails.
"""

from collections.abc import Iterable, Iterator

from rolecall.formats import Example, Format


class Renderer(Format):
    """`{"messages":[...]}`; the list is the store's JSON text, byte for byte."""

    has_names = True

    def lines(self, examples: Iterable[Example]) -> Iterator[bytes]:
        """Put the text of each example into a line."""
        for example in examples:
            yield b'{"messages":' + example.messages.encode() + b"}\n"
