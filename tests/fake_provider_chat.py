"""How the fake provider chats: it repeats what it was told, whole or piece by piece."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

Json = dict[str, object]


@dataclass
class FakeChat:
    """What was asked of it, and how it answers."""

    requests: list[Json] = field(default_factory=list)
    loading_count: int = 0
    """So many times a model is said not to be there."""
    extra_models: set[str] = field(default_factory=set)

    def answer(self, body: Json, tuned_models: set[str]) -> tuple[int, object]:
        """Return the status and the answer: JSON, or a stream of events as bytes."""
        self.requests.append(body)
        model = str(body["model"])
        if self.loading_count or model not in tuned_models | self.extra_models:
            self.loading_count = max(0, self.loading_count - 1)
            error = {"message": f"The model `{model}` does not exist", "type": "invalid_request_error"}
            return 404, {"error": {**error, "param": None, "code": "model_not_found"}}
        messages = body["messages"]
        assert isinstance(messages, list)
        text = f"you said {messages[-1]['content']} \U0001f6a3"
        if body.get("stream"):
            return 200, b"".join(_stream(model, text))
        message = {"role": "assistant", "content": text, "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        return 200, {**_about(model, "chat.completion"), "choices": [choice], "usage": usage}


def _about(model: str, kind: str) -> Json:
    return {"id": "chatcmpl-1", "object": kind, "created": 1_790_000_000, "model": model}


def _stream(model: str, text: str) -> Iterator[bytes]:
    deltas: list[Json] = [{"role": "assistant", "content": ""}]
    for word in text.split(" "):
        deltas += [{"content": word}, {"content": " "}]
    deltas[-1] = {}
    for number, delta in enumerate(deltas):
        choice = {"index": 0, "delta": delta, "finish_reason": "stop" if number == len(deltas) - 1 else None}
        chunk = {**_about(model, "chat.completion.chunk"), "choices": [choice]}
        yield f"data: {json.dumps(chunk)}\n\n".encode()
    yield b"data: [DONE]\n\n"
