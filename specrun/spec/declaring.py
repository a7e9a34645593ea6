"""Declared agents: what makes no sense in a declaration, and what the core gets of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from specrun.core.agent import Adjustment, Declaration, Mode, PromptBy, SuccessBy, Traits
from specrun.errors import Problem
from specrun.spec.complaint import Wording
from specrun.spec.metering import check_meter
from specrun.spec.node import Entry, Node
from specrun.spec.scalar import value_of
from specrun.spec.schema_agents import AgentDoc, ModesDoc
from specrun.spec.schema_settings import SettingsDoc
from specrun.spec.text import Text
from specrun.spec.units import seconds
from specrun.spec.vocabulary import nearest

ADJUSTABLE = ("models", "env")
"""What the settings may change of an agent that specrun knows."""
PROMPT, SESSION = "{prompt}", "{session}"
CLEANUP = "3s"

Finding = tuple[Node | Entry, Wording]


def check_agents(text: Text, root: Node, known: Mapping[str, Traits]) -> Iterator[Problem]:
    """Answer what makes no sense under `agents`; `known` are the agents that need no declaration."""
    agents = root.get("agents")
    for name, entry in (agents.entries() if agents else {}).items():
        if not isinstance(entry.node.value, dict):
            continue
        found = _adjusted(name, entry, known[name]) if name in known else _declared(name, entry)
        for place, (code, what, expected, fix) in found:
            yield text.problem(place.line, place.column, code, what, expected=expected, fix=fix)
        meter = entry.node.get("meter")
        if meter is not None and name not in known:
            yield from check_meter(text, meter)


def _adjusted(name: str, entry: Entry, traits: Traits) -> Iterator[Finding]:
    for key, below in entry.node.entries().items():
        if key in AgentDoc.model_fields and key not in ADJUSTABLE:
            what = f'`{key}` of "{name}" cannot be changed: specrun knows this agent'
            fix = "remove it, or declare an agent of another name"
            yield below, ("E214", what, "", fix)
    models = entry.node.entries().get("models")
    if models is not None and not traits.models:
        yield models, ("E214", f'agent "{name}" takes no model', "", "remove it")


def _declared(name: str, entry: Entry) -> Iterator[Finding]:
    entries = entry.node.entries()
    if "argv" not in entries:
        if not any(nearest(key, ("argv", *AgentDoc.model_fields)) == "argv" for key in entries):
            fix = "write `argv:` and its command line as a list"
            yield entry, ("E201", f'agent "{name}" needs "argv"', "", fix)
    else:
        yield from _prompted(entries)
    yield from _pairs(entries)
    yield from _successful(name, entry)
    resume = entries.get("resume")
    if resume is not None and _holds(resume.node, SESSION) and not _knows_session(entries):
        what = f"resume names {SESSION}, and nothing tells it"
        yield resume, ("E214", what, "", "write `session_flag`, or a `session_id` rule in the meter")


def _prompted(entries: Mapping[str, Entry]) -> Iterator[Finding]:
    argv, prompt = entries["argv"], entries.get("prompt")
    by_file = prompt is not None and prompt.node.text() == PromptBy.FILE
    if by_file and not _holds(argv.node, PROMPT):
        what = f"the prompt comes as a file, and argv does not name {PROMPT}"
        yield argv, ("E214", what, "", f'write "{PROMPT}" where its path belongs')
    if not by_file and _holds(argv.node, PROMPT):
        what = f"argv names {PROMPT}, and the prompt comes on standard input"
        yield argv, ("E214", what, "", "write `prompt: file`")


def _holds(words: Node, what: str) -> bool:
    return any(what in (item.text() or "") for item in words.items())


NEEDS = (
    ("models", "model_flag"),
    ("allow_flag", "deny_flag"),
    ("deny_flag", "allow_flag"),
    ("config", "config_home"),
    ("tested", "version"),
)
"""Keys that mean nothing without another."""


def _pairs(entries: Mapping[str, Entry]) -> Iterator[Finding]:
    for key, other in NEEDS:
        if key in entries and other not in entries:
            what = f"`{key}` means nothing without `{other}`"
            yield entries[key], ("E214", what, "", f"write `{other}`, or remove `{key}`")


def _successful(name: str, entry: Entry) -> Iterator[Finding]:
    success = entry.node.get("success")
    if success is not None and success.text() != SuccessBy.EVENT:
        return
    said = (event.get("success") for event in _events(entry.node))
    if not any(node is not None and value_of(node) is True for node in said):
        what = f'nothing shows that agent "{name}" has succeeded'
        fix = "write an event with `success: true` in its meter, or `success: exit_code`"
        yield success or entry, ("E201", what, "", fix)


def _knows_session(entries: Mapping[str, Entry]) -> bool:
    here = Node(dict(entries), 0, 0)
    return "session_flag" in entries or any(event.get("session_id") for event in _events(here))


def _events(agent: Node) -> list[Node]:
    meter = agent.get("meter")
    events = meter.get("events") if meter else None
    return events.items() if events else []


def declared(
    settings: SettingsDoc | None, known: Mapping[str, Traits]
) -> dict[str, Declaration | Adjustment]:
    """Answer the agents that the settings declare or adjust, by name."""
    agents = settings.agents if settings else {}
    return {
        name: Adjustment(models=doc.models, env=doc.env) if name in known else _declaration(name, doc)
        for name, doc in agents.items()
    }


def _declaration(name: str, doc: AgentDoc) -> Declaration:
    return Declaration(
        name=name,
        argv=tuple(doc.argv or ()),
        prompt=PromptBy(doc.prompt or PromptBy.STDIN),
        model_flag=doc.model_flag or "",
        models=doc.models,
        meter=doc.meter.model_dump(exclude_unset=True) if doc.meter else None,
        success=SuccessBy(doc.success or SuccessBy.EVENT),
        env=doc.env,
        permissions=_modes(doc.permissions),
        allow_flag=doc.allow_flag or "",
        deny_flag=doc.deny_flag or "",
        budget_flag=doc.budget_flag or "",
        turns_flag=doc.turns_flag or "",
        session_flag=doc.session_flag or "",
        resume=tuple(doc.resume or ()),
        config_home=doc.config_home or "",
        config=doc.config,
        version=tuple(doc.version or ()),
        tested=tuple(doc.tested),
        cleanup=seconds(doc.cleanup or CLEANUP),
    )


def _modes(doc: ModesDoc | None) -> dict[Mode, tuple[str, ...]]:
    found = {mode: getattr(doc, mode.value, None) for mode in Mode}
    return {mode: tuple(arguments) for mode, arguments in found.items() if arguments is not None}
