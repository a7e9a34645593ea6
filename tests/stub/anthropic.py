"""The wire format of Anthropic Messages, which Claude Code and OpenCode speak."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.stub.answer import Answer, Frame, fresh, pieces
from tests.stub.conversation import Json, Turn, text_of
from tests.stub.tools import Tool


def turns(body: Json) -> list[Turn]:
    """Answer the conversation; a message can hold tool results and a human's words at once."""
    found: list[Turn] = []
    for message in body.get("messages", []):
        content = message.get("content")
        kinds = {block.get("type") for block in content} if isinstance(content, list) else set()
        text = text_of(content)
        if message.get("role") == "assistant":
            found.append(Turn("call" if "tool_use" in kinds else "other", text))
        elif "tool_result" not in kinds or text.strip():
            found.append(Turn("user", text))
    return found


def offered(body: Json) -> dict[str, Tool]:
    """Answer the offered tools by name."""
    return {
        tool.get("name", ""): Tool(tool.get("input_schema", {}).get("properties", {}))
        for tool in body.get("tools") or []
    }


def whole(answer: Answer) -> Json:
    """Answer the message of a request that does not stream."""
    content: list[Json] = []
    if answer.thinking:
        content.append({"type": "thinking", "thinking": answer.thinking, "signature": "c3R1Yg=="})
    if answer.speaks:
        content.append({"type": "text", "text": answer.text})
    content += [
        {"type": "tool_use", "id": fresh("toolu_"), "name": call.name, "input": call.input}
        for call in answer.calls
    ]
    return {
        "id": fresh("msg_"),
        "type": "message",
        "role": "assistant",
        "model": answer.model,
        "content": content,
        "stop_reason": answer.stop or ("tool_use" if answer.calls else "end_turn"),
        "stop_sequence": None,
        "usage": {
            "input_tokens": answer.usage.input,
            "cache_creation_input_tokens": answer.usage.cache_write,
            "cache_read_input_tokens": answer.usage.cache_read,
            "output_tokens": answer.usage.output,
            "service_tier": "standard",
        },
    }


def frames(answer: Answer) -> Iterator[Frame]:
    """Yield the events of a stream."""
    message = whole(answer)
    begun = {**message, "content": [], "stop_reason": None, "usage": {**message["usage"], "output_tokens": 1}}
    yield _frame("message_start", message=begun)
    for index, block in enumerate(message["content"]):
        yield from _block(index, block)
    delta = {"stop_reason": message["stop_reason"], "stop_sequence": None}
    yield _frame("message_delta", delta=delta, usage=message["usage"])
    yield _frame("message_stop")


def _block(index: int, block: Json) -> Iterator[Frame]:
    kind, key, text, empty = _parts(block)
    yield _frame("content_block_start", index=index, content_block={**block, **empty})
    for piece in pieces(text):
        yield _frame("content_block_delta", index=index, delta={"type": kind, key: piece})._replace(
            piece=True
        )
    if block["type"] == "thinking":
        signed = {"type": "signature_delta", "signature": block["signature"]}
        yield _frame("content_block_delta", index=index, delta=signed)
    yield _frame("content_block_stop", index=index)


def _parts(block: Json) -> tuple[str, str, str, Json]:
    """Answer a block's kind of delta, the key of its pieces, their whole, and the block's fields at first."""
    match block["type"]:
        case "text":
            return "text_delta", "text", block["text"], {"text": ""}
        case "thinking":
            return "thinking_delta", "thinking", block["thinking"], {"thinking": "", "signature": ""}
        case _:
            return "input_json_delta", "partial_json", json.dumps(block["input"]), {"input": {}}


def _frame(kind: str, **fields: object) -> Frame:
    return Frame({"type": kind, **fields}, kind)
