"""Which path speaks which wire format, and how each says that something failed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from tests.stub import anthropic, chat, gemini, responses
from tests.stub.answer import Answer, Frame
from tests.stub.conversation import Json, Turn
from tests.stub.script import Step
from tests.stub.tools import Tool


class Wire(Protocol):
    """What a module for a wire format has."""

    def turns(self, body: Json) -> list[Turn]:
        """Answer the conversation of a request."""

    def offered(self, body: Json) -> dict[str, Tool]:
        """Answer the tools of a request."""

    def whole(self, answer: Answer) -> Json:
        """Answer the body of a response that is not streamed."""

    def frames(self, answer: Answer) -> Iterator[Frame]:
        """Yield the events of a streamed one."""


STREAMED = ":streamGenerateContent"
WIRES: dict[str, Wire] = {
    "/messages": anthropic,
    "/chat/completions": chat,
    "/responses": responses,
    ":generateContent": gemini,
    STREAMED: gemini,
}
COUNTS = {"/messages/count_tokens": "input_tokens", ":countTokens": "totalTokens"}
KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
    529: "overloaded_error",
}


def wire_of(path: str) -> Wire | None:
    """Answer who speaks at a path, whatever stands before it; None for nobody."""
    return next((wire for end, wire in WIRES.items() if path.endswith(end)), None)


def model_of(path: str, body: Json) -> str:
    """Answer the model that is asked for: in the body, with Gemini in the path."""
    named = body.get("model") or path.rpartition("/")[2].partition(":")[0]
    return str(named)


def failure(wire: Wire | None, status: int, step: Step) -> Json:
    """Answer the body of an error."""
    message = step.get("error", f"stub error {status}")
    kind = step.get("error_type", KINDS.get(status, "api_error"))
    if wire is gemini:
        return {"error": {"code": status, "message": message, "status": kind.upper()}}
    error = {"type": kind, "message": message, "code": kind}
    return {"type": "error", "error": error, "request_id": "req_stub"}
