"""TRL's conversational format: `messages` of `role` and `content`; mlx-lm and Unsloth read it too.

It trains every reply (with `assistant_only_loss=True`), so it cannot hold a dataset with context.
Source: PROVIDERS.md, section 3; TRL, "Dataset formats and types".
"""

from rolecall.formats import Example, Format
from rolecall.formats._messages import plain


class Renderer(Format):
    """`{"messages":[{"role":...,"content":...},...]}`."""

    trains = "all"

    def line(self, example: Example) -> object:
        """Return role and content of each message."""
        return {"messages": plain(example.messages)}
