"""The messages of an example, read back from the JSON text that the store gives."""

import msgspec


class Message(msgspec.Struct):
    """One message object of a line."""

    role: str
    content: str
    name: str | None = None
    """Who speaks, as a slug; only of datasets with has_name_field."""
    weight: int | None = None
    """0 for a reply that is not trained; on no other message."""

    @property
    def is_reply(self) -> bool:
        """Whether the assistant speaks."""
        return self.role == "assistant"

    @property
    def plain(self) -> dict[str, str]:
        """Role and content alone."""
        return {"role": self.role, "content": self.content}


decode = msgspec.json.Decoder(list[Message]).decode


def plain(text: str) -> list[dict[str, str]]:
    """Return role and content of every message."""
    return [message.plain for message in decode(text)]
