"""The wire format of OpenAI Chat Completions, which OpenCode and aider speak."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

from tests.stub.answer import Answer, Frame, fresh, pieces
from tests.stub.conversation import Json, Turn, text_of
from tests.stub.tools import Tool


def turns(body: Json) -> list[Turn]:
    """Answer the conversation."""
    return [_turn(message) for message in body.get("messages", [])]


def _turn(message: Json) -> Turn:
    text = text_of(message.get("content"))
    if message.get("role") == "user":
        return Turn("user", text)
    return Turn("call" if message.get("tool_calls") else "other", text)


def offered(body: Json) -> dict[str, Tool]:
    """Answer the offered tools by name."""
    functions = [tool.get("function", {}) for tool in body.get("tools") or []]
    return {
        function.get("name", ""): Tool((function.get("parameters") or {}).get("properties", {}))
        for function in functions
    }


def whole(answer: Answer) -> Json:
    """Answer the completion of a request that does not stream."""
    message: Json = {"role": "assistant", "content": answer.text or None}
    if answer.calls:
        message["tool_calls"] = _calls(answer)
    choice = {"index": 0, "message": message, "finish_reason": _stop(answer)}
    return {**_head(answer, "chat.completion"), "usage": _usage(answer), "choices": [choice]}


def frames(answer: Answer) -> Iterator[Frame]:
    """Yield the events of a stream; the last but one carries the tokens."""
    head = _head(answer, "chat.completion.chunk")

    def chunk(delta: Json, stop: str | None = None, *, piece: bool = False) -> Frame:
        choices = [{"index": 0, "delta": delta, "finish_reason": stop}]
        return Frame({**head, "choices": choices}, piece=piece)

    yield chunk({"role": "assistant", "content": ""})
    if answer.speaks:
        for text in pieces(answer.text):
            yield chunk({"content": text}, piece=True)
    for index, call in enumerate(_calls(answer)):
        yield chunk({"tool_calls": [{"index": index, **call}]}, piece=True)
    yield chunk({}, _stop(answer))
    yield Frame({**head, "choices": [], "usage": _usage(answer)})
    yield Frame("[DONE]")


def _head(answer: Answer, kind: str) -> Json:
    return {"id": fresh("chatcmpl-"), "object": kind, "created": int(time.time()), "model": answer.model}


def _stop(answer: Answer) -> str:
    return answer.stop or ("tool_calls" if answer.calls else "stop")


def _calls(answer: Answer) -> list[Json]:
    return [
        {
            "id": fresh("call_"),
            "type": "function",
            "function": {"name": call.name, "arguments": json.dumps(call.input)},
        }
        for call in answer.calls
    ]


def _usage(answer: Answer) -> Json:
    usage = answer.usage
    return {
        "prompt_tokens": usage.read,
        "completion_tokens": usage.output,
        "total_tokens": usage.read + usage.output,
        "prompt_tokens_details": {"cached_tokens": usage.cache_read},
    }
