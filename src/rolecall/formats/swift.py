"""ms-swift: `messages` with `loss` true or false on every reply.

It drops every other key, `weight` too, without a word. Source: PROVIDERS.md, section 3.
"""

from rolecall.formats import Example, Format
from rolecall.formats._messages import decode


class Renderer(Format):
    """`{"messages":[...]}`, with `loss` on every reply."""

    def line(self, example: Example) -> object:
        """Return role and content, and of a reply whether it is trained."""
        return {
            "messages": [
                {**message.plain, "loss": message.weight != 0} if message.is_reply else message.plain
                for message in decode(example.messages)
            ]
        }
