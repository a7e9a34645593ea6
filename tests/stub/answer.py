"""One answer of the model before it has a wire format."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from tests.stub.conversation import Json
from tests.stub.script import Step
from tests.stub.tools import Call

PIECE = 24
"""Characters per piece of a stream: few, so that even short texts come in several."""


class Frame(NamedTuple):
    """One server-sent event; `piece` marks those after which a step may pause or cut."""

    data: Json | str
    event: str | None = None
    piece: bool = False


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens, as a service counts them."""

    input: int = 1000
    output: int = 50
    cache_read: int = 0
    cache_write: int = 0

    @property
    def read(self) -> int:
        """The input where cached tokens are part of it."""
        return self.input + self.cache_read


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the model says: text, thinking, tool calls, tokens, and its own stop reason if any."""

    model: str
    text: str
    thinking: str
    calls: tuple[Call, ...]
    usage: Usage
    stop: str | None

    @classmethod
    def of(cls, step: Step, calls: list[Call], model: str) -> Answer:
        """Make the answer that a step stands for."""
        return cls(
            model=model,
            text=step.get("text", ""),
            thinking=step.get("thinking", ""),
            calls=tuple(calls),
            usage=Usage(**step.get("usage", {})),
            stop=step.get("stop"),
        )

    @property
    def speaks(self) -> bool:
        """Whether a text belongs into the answer: one without tool calls has at least an empty one."""
        return bool(self.text) or not self.calls


def fresh(prefix: str) -> str:
    """Answer a new id in the style of the services."""
    return prefix + uuid.uuid4().hex[:20]


def pieces(text: str) -> Iterator[str]:
    """Yield the text in pieces, at least one."""
    for at in range(0, max(1, len(text)), PIECE):
        yield text[at : at + PIECE]
