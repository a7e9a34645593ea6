"""Decides which model does a task that does not say so itself: the first rule that fits, else the default."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule; what it names must all hold, of the words in `match` any one."""

    model: str
    match: tuple[str, ...] = ()
    complexity: str | None = None
    domain: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """The rules of one spec in their order; no `default` leaves the choice to the agent."""

    rules: tuple[Rule, ...] = ()
    default: str | None = None


def route(routing: Routing, *, text: str, complexity: str | None, domain: str | None) -> str | None:
    """Answer the model for a task, as specs name it, None for the agent's own choice.

    `text` is what words are looked for in: title and prompt.
    """
    fitting = [
        rule
        for rule in routing.rules
        if rule.complexity in {None, complexity} and rule.domain in {None, domain}
    ]
    plain = _plain(text) if any(rule.match for rule in fitting) else ""
    found = (
        rule for rule in fitting if not rule.match or any(_stands(_plain(word), plain) for word in rule.match)
    )
    return next((rule.model for rule in found), routing.default)


def _plain(text: str) -> str:
    """Answer a text without what makes equal words differ: case, ways to write an accent, line breaks."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return " ".join(folded.split())


def _stands(word: str, text: str) -> bool:
    """Whether a word is there, and not as a part of a longer one."""
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if not (_joins(text[start - 1 : start]) or _joins(text[end : end + 1])):
            return True
        start = text.find(word, start + 1)
    return False


def _joins(character: str) -> bool:
    """Whether a character goes on with the word beside it: a letter, a digit, _ or an accent."""
    return character.isalnum() or character == "_" or unicodedata.category(character or " ").startswith("M")
