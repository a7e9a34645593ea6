"""The stub's server: on loopback, on a port of its own, for as long as its context or its process lasts."""

from __future__ import annotations

import gzip
import json
import socket
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from tests.stub.answer import Answer, Frame
from tests.stub.conversation import Json
from tests.stub.script import Due, Rule, Step, due, only_names_the_session
from tests.stub.tools import NoSuchTool, calls
from tests.stub.wires import COUNTS, STREAMED, Wire, failure, model_of, wire_of

KEYS = ("x-api-key", "authorization", "x-goog-api-key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a client asked for; `step` is None where no step was due, `key` is what it showed as its key."""

    method: str
    path: str
    key: str = ""
    agent: str = ""
    model: str = ""
    body: Json | None = None
    step: int | None = None


class Stub:
    """The server as a context manager; `rules` are scripts for prompts that bring none."""

    def __init__(self, rules: Sequence[Rule] = ()) -> None:
        self.requests: list[Request] = []
        self.ending = threading.Event()
        self._rules = rules
        self._lock = threading.Lock()
        self._failures: Counter[tuple[str, int]] = Counter()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ending.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """The address without a path; clients of OpenAI's formats want `/v1` behind it."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def asked(self) -> list[Request]:
        """The requests that got a step, oldest first."""
        with self._lock:
            return [request for request in self.requests if request.step is not None]

    def record(self, request: Request) -> None:
        """Keep a request."""
        with self._lock:
            self.requests.append(request)

    def due(self, wire: Wire, body: Json) -> Due | None:
        """Answer the step for a request; None where only a title is wanted."""
        return None if only_names_the_session(body) else due(wire.turns(body), self._rules)

    def fails(self, found: Due) -> bool:
        """Whether the step fails this time; counts."""
        if "status" not in found.step or "fail_times" not in found.step:
            return "status" in found.step
        with self._lock:
            self._failures[found.key, found.number] += 1
            return self._failures[found.key, found.number] <= found.step["fail_times"]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, stub: Stub) -> None:
        self.stub = stub
        super().__init__(("127.0.0.1", 0), _Talk)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that leave early; anything else is a bug of the stub, and shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Talk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, *_: object) -> None:
        """Leave standard error to the tests."""

    def do_HEAD(self) -> None:
        self._record("HEAD")
        self._json({})

    def do_GET(self) -> None:
        path = self._place()
        if path.endswith("/_stub/requests"):
            self._json([asdict(request) for request in self.server.stub.requests])
            return
        self._record("GET")
        if path.endswith("/models"):
            self._json({"object": "list", "data": [{"id": "stub-model", "object": "model"}], "models": []})
        elif path == "/":
            self._json({"ok": True})
        else:
            self._json(failure(None, 404, {"error": f"stub: nothing at {path}"}), 404)

    def do_POST(self) -> None:
        raw = self._body()
        path = self._place()
        count = next((key for end, key in COUNTS.items() if path.endswith(end)), None)
        wire = wire_of(path)
        try:
            body = json.loads(raw)
        except ValueError:
            body = None
        if count is not None:
            self._record("POST")
            self._json({count: max(1, len(raw) // 4)})
        elif wire is None or not isinstance(body, dict):
            self._record("POST")
            status = 404 if wire is None else 400
            self._json(failure(wire, status, {"error": f"stub: cannot answer this at {path}"}), status)
        else:
            self._model(wire, path, body)

    def _model(self, wire: Wire, path: str, body: Json) -> None:
        stub = self.server.stub
        found = stub.due(wire, body)
        model = model_of(path, body)
        self._record("POST", model, body, found)
        step: Step = {"text": "stub title"} if found is None else found.step
        stub.ending.wait(step.get("delay", 0))
        if found is not None and stub.fails(found):
            self._json(failure(wire, step["status"], step), step["status"], step.get("headers"))
            return
        if step.get("hang"):
            self._hang()
            return
        try:
            answer = Answer.of(step, calls(step, wire.offered(body)), model)
        except NoSuchTool as missing:
            answer = Answer.of({"text": f"stub: {missing}"}, [], model)
        if path.endswith(STREAMED) or body.get("stream"):
            self._stream(wire, answer, step)
        else:
            self._json(wire.whole(answer))

    def _stream(self, wire: Wire, answer: Answer, step: Step) -> None:
        self._begin_stream()
        for frame in wire.frames(answer):
            self._send(frame)
            if frame.piece:
                self.server.stub.ending.wait(step.get("chunk_delay", 0))
            if frame.piece and step.get("cut"):
                self.connection.shutdown(socket.SHUT_RDWR)
                return

    def _hang(self) -> None:
        """Send comments, which no client reads as an event, until writing fails or the stub ends."""
        self._begin_stream()
        while not self.server.stub.ending.wait(0.2):
            self.wfile.write(b": hang\n\n")

    def _begin_stream(self) -> None:
        self.send_response(200)
        for name, value in {
            "content-type": "text/event-stream",
            "cache-control": "no-cache",
            "connection": "close",
            "request-id": "req_stub",
        }.items():
            self.send_header(name, value)
        self.end_headers()

    def _send(self, frame: Frame) -> None:
        data = frame.data if isinstance(frame.data, str) else json.dumps(frame.data)
        event = f"event: {frame.event}\n" if frame.event else ""
        self.wfile.write(f"{event}data: {data}\n\n".encode())

    def _json(self, value: object, status: int = 200, headers: dict[str, str] | None = None) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.send_header("request-id", "req_stub")
        for name, text in (headers or {}).items():
            self.send_header(name, str(text))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _record(
        self, method: str, model: str = "", body: Json | None = None, found: Due | None = None
    ) -> None:
        request = Request(
            method=method,
            path=self.path,
            key=next((self.headers[name] for name in KEYS if name in self.headers), ""),
            agent=self.headers.get("user-agent", ""),
            model=model,
            body=body,
            step=None if found is None else found.number,
        )
        self.server.stub.record(request)

    def _place(self) -> str:
        return self.path.partition("?")[0]

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("transfer-encoding", ""):
            raw = b"".join(iter(self._chunk, b""))
        else:
            raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        return gzip.decompress(raw) if self.headers.get("content-encoding") == "gzip" else raw

    def _chunk(self) -> bytes:
        size = int(self.rfile.readline().partition(b";")[0].strip() or b"0", 16)
        data = self.rfile.read(size)
        self.rfile.readline()
        return data
