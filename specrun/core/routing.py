"""Decides which model does a task that does not say so itself: the first rule that fits, else the default."""

from __future__ import annotations

from dataclasses import dataclass

from specrun.core.words import folded, stands


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
    plain = folded(text) if any(rule.match for rule in fitting) else ""
    found = (
        rule for rule in fitting if not rule.match or any(stands(folded(word), plain) for word in rule.match)
    )
    return next((rule.model for rule in found), routing.default)
