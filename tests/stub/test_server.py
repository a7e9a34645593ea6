"""Checks every kind of step over plain HTTP, in each wire format."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.poll import until
from tests.stub import Stub
from tests.stub.clients import CLIENTS, ask, post

ENDS = {
    "anthropic": ("end_turn", "tool_use"),
    "chat": ("stop", "tool_calls"),
    "responses": ("completed", "completed"),
    "gemini": ("STOP", "STOP"),
}
COUNTS = {
    "anthropic": ("input_tokens", "output_tokens", "cache_read_input_tokens"),
    "chat": ("prompt_tokens", "completion_tokens", "prompt_tokens_details"),
    "responses": ("input_tokens", "output_tokens", "input_tokens_details"),
    "gemini": ("promptTokenCount", "candidatesTokenCount", "cachedContentTokenCount"),
}
LONG = "Many words of an answer, in more than one piece: 안녕하세요."


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub(rules=[{"match": "by rule", "steps": [{"text": "ruled"}]}]) as one:
        yield one


@pytest.fixture(params=list(CLIENTS))
def wire(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def script(*steps: object) -> str:
    return f"Do it <<stub {json.dumps(list(steps))}>> now"


def test_a_text_comes_in_pieces_and_ends(stub: Stub, wire: str) -> None:
    heard = ask(stub.url, wire, script({"text": LONG}))
    assert heard.text == LONG
    assert heard.stop == ENDS[wire][0]
    assert heard.calls == []
    assert len(heard.events) > 3


def test_each_round_of_tools_gets_the_next_step(stub: Stub, wire: str) -> None:
    steps = [
        {"text": "first", "bash": "make it"},
        {"write": ["f", "x\n"]},
        {"tool": "Other", "input": {"a": 1}},
        {"tools": [{"bash": "one"}, {"bash": "two"}]},
        {"text": "done"},
    ]
    heard = [ask(stub.url, wire, script(*steps), rounds) for rounds in range(6)]
    assert [one.calls for one in heard] == [
        [("Bash", {"command": "make it"})],
        [("Write", {"file_path": "f", "content": "x\n"})],
        [("Other", {"a": 1})],
        [("Bash", {"command": "one"}), ("Bash", {"command": "two"})],
        [],
        [],
    ]
    assert [one.text for one in heard] == ["first", "", "", "", "done", "done"]
    assert heard[0].stop == ENDS[wire][1]
    assert [request.step for request in stub.asked] == list(range(6))


def test_tokens_are_as_told(stub: Stub, wire: str) -> None:
    usage = {"input": 7, "output": 5, "cache_read": 2}
    counted, made, cached = (
        ask(stub.url, wire, script({"text": "x", "usage": usage})).usage[key] for key in COUNTS[wire]
    )
    assert (counted, made) == ((7 if wire == "anthropic" else 9), 5)
    assert cached in (2, {"cached_tokens": 2})


def test_a_stop_reason_is_as_told(stub: Stub, wire: str) -> None:
    assert ask(stub.url, wire, script({"text": "x", "stop": "refusal"})).stop == "refusal"


def test_a_rule_speaks_where_the_prompt_brings_nothing(stub: Stub, wire: str) -> None:
    assert ask(stub.url, wire, "Go by rule").text == "ruled"
    assert ask(stub.url, wire, "Go").text == "stub reply"


def test_results_of_tools_are_no_prompt(wire: str) -> None:
    with Stub(rules=[{"match": "", "steps": [{"bash": "x"}, {"text": "end"}]}]) as stub:
        assert ask(stub.url, wire, "Go").calls
        assert ask(stub.url, wire, "Go", rounds=1).text == "end"


def test_an_error_has_status_message_and_headers(stub: Stub, wire: str) -> None:
    heard = ask(
        stub.url, wire, script({"status": 429, "error": "slow down", "headers": {"retry-after": "7"}})
    )
    assert heard.status == 429
    assert heard.events[0]["error"]["message"] == "slow down"
    assert heard.headers["retry-after"] == "7"


def test_an_error_can_pass(stub: Stub, wire: str) -> None:
    prompt = script({"status": 500, "fail_times": 2, "text": "at last"})
    heard = [ask(stub.url, wire, prompt) for _ in range(3)]
    assert [one.status for one in heard] == [500, 500, 200]
    assert heard[-1].text == "at last"


def test_a_cut_stream_has_begun_and_never_ends(stub: Stub, wire: str) -> None:
    heard = ask(stub.url, wire, script({"text": LONG, "cut": True}))
    assert heard.events
    assert heard.stop is None


def test_delays_hold_back_the_answer(stub: Stub, wire: str) -> None:
    begun = time.monotonic()
    assert ask(stub.url, wire, script({"text": "x", "delay": 0.2, "chunk_delay": 0.1})).text == "x"
    assert time.monotonic() - begun >= 0.3


def test_a_hanging_answer_has_headers_and_nothing_else(stub: Stub, wire: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(stub.url).netloc, timeout=20)
    client = CLIENTS[wire]
    connection.request("POST", client.path, json.dumps(client.body(script({"hang": True}))))
    response = connection.getresponse()
    assert response.status == 200
    assert response.readline() == b": hang\n"
    response.close()
    connection.close()


def test_an_answer_without_a_stream_says_the_same(stub: Stub, wire: str) -> None:
    client = CLIENTS[wire]
    body = {**client.body(script({"text": "whole", "bash": "x"})), "stream": False}
    heard = post(stub.url, client.path.replace("streamGenerate", "generate"), body)
    assert heard.headers["content-type"] == "application/json"
    (answer,) = heard.events
    said = json.dumps(answer)
    assert "whole" in said
    assert '"Bash"' in said


def test_thinking_comes_before_the_text(stub: Stub) -> None:
    heard = ask(stub.url, "anthropic", script({"thinking": "hm", "text": "x"}))
    started = [event["content_block"]["type"] for event in heard.events if "content_block" in event]
    assert started == ["thinking", "text"]
    assert any(event.get("delta", {}).get("thinking") == "hm" for event in heard.events)


def test_requests_are_recorded_with_key_and_agent(stub: Stub) -> None:
    body = CLIENTS["anthropic"].body("Hello")
    post(stub.url, "/any/prefix/v1/messages", body, {"x-api-key": "k", "user-agent": "me/1"})
    (request,) = stub.requests
    assert (request.method, request.path) == ("POST", "/any/prefix/v1/messages")
    assert (request.key, request.agent, request.model, request.step) == ("k", "me/1", "m", 0)
    assert request.body == body


def test_what_is_not_a_question_gets_an_answer_but_no_step(stub: Stub) -> None:
    connection = http.client.HTTPConnection(urlsplit(stub.url).netloc, timeout=20)
    wanted = [
        ("HEAD", "/", 200),
        ("GET", "/", 200),
        ("GET", "/v1/models", 200),
        ("GET", "/elsewhere", 404),
        ("POST", "/elsewhere", 404),
        ("POST", "/v1/messages", 400),
        ("POST", "/v1/messages/count_tokens", 200),
    ]
    for method, path, status in wanted:
        connection.request(method, path, b"no json" if method == "POST" else None)
        response = connection.getresponse()
        response.read()
        assert response.status == status, path
    connection.request("GET", "/_stub/requests")
    told = json.loads(connection.getresponse().read())
    connection.close()
    assert [one["path"] for one in told] == [path for _, path, _ in wanted]
    assert stub.asked == []


@pytest.mark.parametrize("packed", [False, True])
def test_bodies_may_come_in_chunks_and_packed(stub: Stub, packed: bool) -> None:  # noqa: FBT001
    raw = json.dumps(CLIENTS["chat"].body(script({"text": "x"}))).encode()
    connection = http.client.HTTPConnection(urlsplit(stub.url).netloc, timeout=20)
    data = gzip.compress(raw) if packed else raw
    headers = {"content-encoding": "gzip"} if packed else {}
    connection.request(
        "POST", "/v1/chat/completions", iter([data[:9], data[9:]]), headers, encode_chunked=True
    )
    assert connection.getresponse().status == 200
    connection.close()
    assert stub.asked[0].body == json.loads(raw)


def test_a_request_for_a_title_gets_one_and_no_step(stub: Stub) -> None:
    system = {"role": "system", "content": "You are a title generator."}
    body = {"stream": True, "messages": [system, {"role": "user", "content": script({"status": 500})}]}
    heard = post(stub.url, "/v1/chat/completions", body)
    assert "stub title" in json.dumps(heard.events)
    assert stub.asked == []


def test_it_listens_on_loopback_and_ends_with_its_context() -> None:
    before = threading.active_count()
    with Stub() as stub:
        host, port = urlsplit(stub.url).hostname, urlsplit(stub.url).port
        assert stub._server.server_address[0] == host == "127.0.0.1"
        waiting = threading.Thread(target=ask, args=(stub.url, "chat", script({"hang": True})), daemon=True)
        waiting.start()
        until(lambda: stub.asked)
    waiting.join(10)
    until(lambda: threading.active_count() == before)
    assert host is not None
    with pytest.raises(ConnectionRefusedError), socket.create_connection((host, port or 0), 5):
        pass
