"""What a request's history is to the stub, whatever the wire format: turns with their kind and text."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

Json = dict[str, Any]
Kind = Literal["user", "call", "other"]

TEXTS = (None, "text", "input_text", "output_text")


class Turn(NamedTuple):
    """One turn: a human's words, a model's wish for tools, or anything else."""

    kind: Kind
    text: str


def text_of(content: object) -> str:
    """Answer the text of a message's content: a string, a block, or a list of either."""
    if isinstance(content, str):
        return content
    blocks = [content] if isinstance(content, dict) else content
    if not isinstance(blocks, list):
        return ""
    found = []
    for block in blocks:
        if isinstance(block, str):
            found.append(block)
        elif isinstance(block, dict) and block.get("type") in TEXTS:
            found.append(block.get("text") or "")
    return "\n".join(found)
