"""The wire format of Gemini's generateContent, which Gemini CLI speaks."""

from __future__ import annotations

from collections.abc import Iterator

from tests.stub.answer import Answer, Frame, pieces
from tests.stub.conversation import Json, Turn
from tests.stub.tools import Tool


def turns(body: Json) -> list[Turn]:
    """Answer the conversation; thoughts are left out."""
    return [_turn(content) for content in body.get("contents", [])]


def _turn(content: Json) -> Turn:
    parts = content.get("parts", [])
    text = "\n".join(part.get("text", "") for part in parts if not part.get("thought"))
    if content.get("role") == "model":
        return Turn("call" if any("functionCall" in part for part in parts) else "other", text)
    if any("functionResponse" in part for part in parts):
        return Turn("other", "")
    return Turn("user", text)


def offered(body: Json) -> dict[str, Tool]:
    """Answer the offered tools by name."""
    declared = [one for tool in body.get("tools") or [] for one in tool.get("functionDeclarations", [])]
    found = {}
    for one in declared:
        schema = one.get("parametersJsonSchema") or one.get("parameters") or {}
        found[one["name"]] = Tool(schema.get("properties", {}))
    return found


def whole(answer: Answer) -> Json:
    """Answer the response of a request that does not stream."""
    return _response(
        answer, [*([{"text": answer.text}] if answer.speaks else []), *_calls(answer)], last=True
    )


def frames(answer: Answer) -> Iterator[Frame]:
    """Yield the responses of a stream; calls, stop reason and tokens come with the last."""
    for text in pieces(answer.text):
        yield Frame(_response(answer, [{"text": text}]), piece=True)
    yield Frame(_response(answer, _calls(answer) or [{"text": ""}], last=True))


def _calls(answer: Answer) -> list[Json]:
    return [{"functionCall": {"name": call.name, "args": call.input}} for call in answer.calls]


def _response(answer: Answer, parts: list[Json], *, last: bool = False) -> Json:
    candidate: Json = {"content": {"role": "model", "parts": parts}, "index": 0}
    response: Json = {"candidates": [candidate], "modelVersion": answer.model, "responseId": "stub"}
    if last:
        usage = answer.usage
        candidate["finishReason"] = answer.stop or "STOP"
        response["usageMetadata"] = {
            "promptTokenCount": usage.read,
            "candidatesTokenCount": usage.output,
            "cachedContentTokenCount": usage.cache_read,
            "totalTokenCount": usage.read + usage.output,
        }
    return response
