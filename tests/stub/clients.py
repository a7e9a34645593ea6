"""The four clients of the stub's own tests: what they ask for, and what they understand of an answer."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from tests.stub.conversation import Json

TOOLS = ("Bash", "Write")
PROPERTIES = {"Bash": {"command": {"type": "string"}}, "Write": {"file_path": {}, "content": {}}}


@dataclass
class Heard:
    """An answer: `events` are the stream's data, `usage` the wire's own mapping."""

    status: int
    headers: Mapping[str, str]
    events: list[Any]
    text: str = ""
    calls: list[tuple[str, Json]] = field(default_factory=list)
    stop: str | None = None
    usage: Json = field(default_factory=dict)


class Client(NamedTuple):
    """How a wire is asked, what one round of tools adds to a request, and how its stream is understood."""

    path: str
    body: Callable[[str], Json]
    round: Callable[[Json], None]
    understand: Callable[[Heard], None]


def post(url: str, path: str, body: Json, headers: Mapping[str, str] | None = None) -> Heard:
    """Send a request and read the whole answer; events of a stream in their order."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    try:
        connection.request("POST", path, json.dumps(body), dict(headers or {}))
        response = connection.getresponse()
        raw = response.read().decode()
    finally:
        connection.close()
    kind = response.headers["content-type"]
    if kind == "text/event-stream":
        lines = [line.removeprefix("data: ") for line in raw.split("\n") if line.startswith("data: ")]
    else:
        lines = [raw]
    events = [line if line == "[DONE]" else json.loads(line) for line in lines]
    return Heard(response.status, dict(response.headers), events)


def ask(url: str, wire: str, prompt: str, rounds: int = 0) -> Heard:
    """Ask in a wire format, after so many rounds of tools, and understand the answer."""
    client = CLIENTS[wire]
    body = client.body(prompt)
    for _ in range(rounds):
        client.round(body)
    heard = post(url, client.path, body)
    if heard.status == 200:
        client.understand(heard)
    return heard


def _anthropic(prompt: str) -> Json:
    tools = [{"name": name, "input_schema": {"properties": PROPERTIES[name]}} for name in TOOLS]
    return {"model": "m", "stream": True, "messages": [{"role": "user", "content": prompt}], "tools": tools}


def _anthropic_round(body: Json) -> None:
    use = {"type": "tool_use", "id": "t", "name": "Bash", "input": {}}
    result = {"type": "tool_result", "tool_use_id": "t", "content": "ok"}
    body["messages"] += [{"role": "assistant", "content": [use]}, {"role": "user", "content": [result]}]


def _anthropic_heard(heard: Heard) -> None:
    parts: dict[int, str] = {}
    names: dict[int, str] = {}
    for event in heard.events:
        if event["type"] == "content_block_start" and event["content_block"]["type"] == "tool_use":
            names[event["index"]] = event["content_block"]["name"]
        if event["type"] == "content_block_delta":
            delta = event["delta"]
            heard.text += delta.get("text", "")
            parts[event["index"]] = parts.get(event["index"], "") + delta.get("partial_json", "")
        if event["type"] == "message_delta":
            heard.stop, heard.usage = event["delta"]["stop_reason"], event["usage"]
    heard.calls = [(name, json.loads(parts[index])) for index, name in names.items()]


def _chat(prompt: str) -> Json:
    functions = [{"name": name, "parameters": {"properties": PROPERTIES[name]}} for name in TOOLS]
    tools = [{"type": "function", "function": function} for function in functions]
    return {"model": "m", "stream": True, "messages": [{"role": "user", "content": prompt}], "tools": tools}


def _chat_round(body: Json) -> None:
    call = {"id": "c", "type": "function", "function": {"name": "Bash", "arguments": "{}"}}
    body["messages"] += [
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c", "content": "ok"},
    ]


def _chat_heard(heard: Heard) -> None:
    if heard.events[-1:] != ["[DONE]"]:
        return
    for event in heard.events[:-1]:
        heard.usage = event.get("usage") or heard.usage
        for choice in event["choices"]:
            heard.text += choice["delta"].get("content") or ""
            heard.stop = choice["finish_reason"] or heard.stop
            for call in choice["delta"].get("tool_calls", []):
                function = call["function"]
                heard.calls.append((function["name"], json.loads(function["arguments"])))


def _responses(prompt: str) -> Json:
    tools = [
        {"type": "function", "name": name, "parameters": {"properties": PROPERTIES[name]}} for name in TOOLS
    ]
    content = [{"type": "input_text", "text": prompt}]
    said = {"type": "message", "role": "user", "content": content}
    return {"model": "m", "stream": True, "input": [said], "tools": tools}


def _responses_round(body: Json) -> None:
    calls = [{"type": "function_call", "call_id": c, "name": "Bash", "arguments": "{}"} for c in "cd"]
    body["input"] += calls
    body["input"] += [{"type": "function_call_output", "call_id": c, "output": "ok"} for c in "cd"]


def _responses_heard(heard: Heard) -> None:
    for event in heard.events:
        if event["type"] == "response.output_text.delta":
            heard.text += event["delta"]
        if event["type"] == "response.output_item.done" and event["item"]["type"] == "function_call":
            heard.calls.append((event["item"]["name"], json.loads(event["item"]["arguments"])))
        if event["type"] in ("response.completed", "response.incomplete"):
            response = event["response"]
            heard.stop, heard.usage = response["status"], response["usage"]
            if response["incomplete_details"]:
                heard.stop = response["incomplete_details"]["reason"]


def _gemini(prompt: str) -> Json:
    declared = [{"name": name, "parametersJsonSchema": {"properties": PROPERTIES[name]}} for name in TOOLS]
    contents = [{"role": "user", "parts": [{"text": prompt}]}]
    return {"contents": contents, "tools": [{"functionDeclarations": declared}]}


def _gemini_round(body: Json) -> None:
    called = {"functionCall": {"name": "Bash", "args": {}}}
    result = {"functionResponse": {"name": "Bash", "response": {"output": "ok"}}}
    body["contents"] += [{"role": "model", "parts": [called]}, {"role": "user", "parts": [result]}]


def _gemini_heard(heard: Heard) -> None:
    for event in heard.events:
        (candidate,) = event["candidates"]
        for part in candidate["content"]["parts"]:
            heard.text += part.get("text", "")
            if "functionCall" in part:
                heard.calls.append((part["functionCall"]["name"], part["functionCall"]["args"]))
        heard.stop = candidate.get("finishReason")
        heard.usage = event.get("usageMetadata", {})


STREAM = "/v1beta/models/m:streamGenerateContent?alt=sse"
CLIENTS = {
    "anthropic": Client("/v1/messages?beta=true", _anthropic, _anthropic_round, _anthropic_heard),
    "chat": Client("/v1/chat/completions", _chat, _chat_round, _chat_heard),
    "responses": Client("/v1/responses", _responses, _responses_round, _responses_heard),
    "gemini": Client(STREAM, _gemini, _gemini_round, _gemini_heard),
}
