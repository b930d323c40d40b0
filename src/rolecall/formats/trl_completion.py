"""TRL's prompt and completion: the last reply is the completion and alone is trained.

So each example must be one exchange (`max_turns` 2); context before it stands in the prompt.
Source: PROVIDERS.md, section 3; TRL, "Dataset formats and types", conversational prompt-completion.
"""

from rolecall.formats import Example, Format
from rolecall.formats._messages import plain


class Renderer(Format):
    """`{"prompt":[...],"completion":[{"role":"assistant",...}]}`."""

    trains = "last"

    def line(self, example: Example) -> object:
        """Return the last message apart from those before it."""
        messages = plain(example.messages)
        return {"prompt": messages[:-1], "completion": messages[-1:]}
