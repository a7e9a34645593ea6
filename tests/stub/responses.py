"""The wire format of OpenAI Responses, which Codex speaks."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

from tests.stub.answer import Answer, Frame, fresh, pieces
from tests.stub.conversation import Json, Turn, text_of
from tests.stub.tools import Call, Tool

CALLS = ("function_call", "custom_tool_call", "local_shell_call")


def turns(body: Json) -> list[Turn]:
    """Answer the conversation; calls that were made together are one turn."""
    given = body.get("input", [])
    items = [{"role": "user", "content": given}] if isinstance(given, str) else given
    found: list[Turn] = []
    for item in items:
        kind = item.get("type", "message")
        if kind in CALLS:
            if not found or found[-1].kind != "call":
                found.append(Turn("call", ""))
        elif kind.endswith("_output"):
            found.append(Turn("other", ""))
        elif kind == "message":
            found.append(
                Turn("user" if item.get("role") == "user" else "other", text_of(item.get("content")))
            )
    return found


def offered(body: Json) -> dict[str, Tool]:
    """Answer the offered tools by name; the newest models get theirs as an item of the input."""
    found = [(tool, None) for tool in body.get("tools") or []]
    given = body.get("input")
    for item in given if isinstance(given, list) else []:
        if item.get("type") == "additional_tools":
            for tool in item.get("tools", []):
                within = tool.get("type") == "namespace"
                found += [(one, tool["name"]) for one in tool["tools"]] if within else [(tool, None)]
    return {
        tool.get("name") or tool.get("type", ""): Tool(
            (tool.get("parameters") or {}).get("properties", {}), tool.get("type") == "custom", namespace
        )
        for tool, namespace in found
    }


def whole(answer: Answer) -> Json:
    """Answer the response of a request that does not stream."""
    usage = answer.usage
    return {
        "id": fresh("resp_"),
        "object": "response",
        "created_at": int(time.time()),
        "status": "incomplete" if answer.stop else "completed",
        "incomplete_details": {"reason": answer.stop} if answer.stop else None,
        "model": answer.model,
        "output": [*([_message(answer.text)] if answer.speaks else []), *map(_item, answer.calls)],
        "usage": {
            "input_tokens": usage.read,
            "input_tokens_details": {"cached_tokens": usage.cache_read},
            "output_tokens": usage.output,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": usage.read + usage.output,
        },
        "error": None,
    }


def frames(answer: Answer) -> Iterator[Frame]:
    """Yield the events of a stream, numbered."""
    response = whole(answer)
    for number, (kind, fields, piece) in enumerate(_events(response)):
        yield Frame({"type": kind, "sequence_number": number, **fields}, kind, piece)


Event = tuple[str, Json, bool]


def _events(response: Json) -> Iterator[Event]:
    begun = {**response, "status": "in_progress", "incomplete_details": None, "output": [], "usage": None}
    yield "response.created", {"response": begun}, False
    yield "response.in_progress", {"response": begun}, False
    for index, item in enumerate(response["output"]):
        tell = _spoken if item["type"] == "message" else _called
        yield from tell(item, {"item_id": item["id"], "output_index": index})
        yield "response.output_item.done", {"output_index": index, "item": item}, False
    yield f"response.{response['status']}", {"response": response}, False


def _spoken(item: Json, place: Json) -> Iterator[Event]:
    part = item["content"][0]
    spot = {**place, "content_index": 0}
    begun = {**item, "status": "in_progress", "content": []}
    yield "response.output_item.added", {"output_index": place["output_index"], "item": begun}, False
    yield "response.content_part.added", {**spot, "part": {**part, "text": ""}}, False
    for piece in pieces(part["text"]):
        yield "response.output_text.delta", {**spot, "delta": piece}, True
    yield "response.output_text.done", {**spot, "text": part["text"]}, False
    yield "response.content_part.done", {**spot, "part": part}, False


def _called(item: Json, place: Json) -> Iterator[Event]:
    key = "arguments" if item["type"] == "function_call" else "input"
    event = "response.function_call_arguments" if key == "arguments" else "response.custom_tool_call_input"
    begun = {**item, key: "", "status": "in_progress"}
    yield "response.output_item.added", {"output_index": place["output_index"], "item": begun}, False
    yield f"{event}.delta", {**place, "delta": item[key]}, True
    yield f"{event}.done", {**place, key: item[key]}, False


def _message(text: str) -> Json:
    content = [{"type": "output_text", "text": text, "annotations": []}]
    return {
        "type": "message",
        "id": fresh("msg_"),
        "role": "assistant",
        "status": "completed",
        "content": content,
    }


def _item(call: Call) -> Json:
    item = {"call_id": fresh("call_"), "name": call.name, "status": "completed"}
    if call.namespace:
        item["namespace"] = call.namespace
    if call.custom:
        return {"type": "custom_tool_call", "id": fresh("ctc_"), "input": call.input, **item}
    return {"type": "function_call", "id": fresh("fc_"), "arguments": json.dumps(call.input), **item}
