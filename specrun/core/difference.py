"""Holds two fingerprints against each other, component by component, so that every rerun can be explained."""

from __future__ import annotations

from dataclasses import dataclass

from specrun.core.change import Reason, ReasonCode
from specrun.core.fingerprint import changed
from specrun.core.impact import CLASSES, Impact, impact, reason
from specrun.core.task import Json
from specrun.core.world import Fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One component that is not what it was; None stands for a component that is absent."""

    component: str
    impact: Impact
    before: Json
    after: Json


def differences(now: Fingerprint, before: Fingerprint) -> tuple[Difference, ...]:
    """Answer the known components of all classes that differ, work first."""
    return tuple(
        Difference(
            component=name,
            impact=impact(name) if name not in CLASSES else CLASSES[name],
            before=before.components.get(name),
            after=now.components.get(name),
        )
        for wanted in Impact
        for name in _told(changed(now, before, wanted), now, before)
    )


def _told(names: tuple[str, ...], now: Fingerprint, before: Fingerprint) -> tuple[str, ...]:
    """Leave out what is protected where there are checks now and were none, or the other way round."""
    bare = ("checks" in now.components) != ("checks" in before.components)
    return tuple(name for name in names if not (bare and name == "protect"))


def reasons(now: Fingerprint, before: Fingerprint, upstreams: str = "") -> tuple[Reason, ...]:
    """Answer why work counts as changed, most telling first.

    `upstreams` names those whose values a prompt shows: it changes with them where nothing else has changed.
    """
    found: list[Reason] = []
    names = changed(now, before)
    for name in names:
        if name != "prompt":
            found.append(Reason(*reason(name)))
        elif upstreams and shows_others(now, before):
            found.append(Reason(ReasonCode.UPSTREAM_OUTPUT_CHANGED, upstreams))
        else:
            found += _of_prompt(now, before, given="with" in names)
    return tuple(dict.fromkeys(found))


def verified(now: Fingerprint, before: Fingerprint) -> tuple[str, ...]:
    """Answer what differs of what proves the work."""
    return _told(changed(now, before, Impact.VERIFY), now, before)


def shows_others(now: Fingerprint, before: Fingerprint) -> bool:
    """Whether nothing that a prompt is made of has changed, so that only values of others can have."""
    kept = before.components.get("sources")
    return kept is not None and kept == now.components.get("sources") and "with" not in changed(now, before)


def settings(now: Fingerprint, before: Fingerprint) -> tuple[Reason, ...]:
    """Answer what was edited of a task that did not succeed, beside its work."""
    checks = tuple(Reason(ReasonCode.CHECKS_CHANGED, name) for name in verified(now, before))
    live = tuple(Reason(ReasonCode.SETTING_CHANGED, name) for name in changed(now, before, Impact.LIVE))
    return checks + live


def _of_prompt(now: Fingerprint, before: Fingerprint, *, given: bool) -> list[Reason]:
    """Answer where a prompt differs: own text, template, variable; where unknown, just that it does.

    `given` says that values of `with` have changed, which are told by themselves.
    """
    after, former = now.components.get("sources"), before.components.get("sources")
    if not isinstance(after, dict) or not isinstance(former, dict):
        return [Reason(ReasonCode.PROMPT_CHANGED)]
    files = [file for file, digest in _pages(after).items() if _pages(former).get(file) != digest]
    found = [
        Reason(ReasonCode.TEMPLATE_CHANGED, file) if file else Reason(ReasonCode.PROMPT_CHANGED)
        for file in files
    ]
    values, others = _values(after), _values(former)
    names = sorted({*values, *others})
    found += [
        Reason(ReasonCode.VAR_CHANGED, f"vars.{name}")
        for name in names
        if values.get(name) != others.get(name)
    ]
    return found if found or given else [Reason(ReasonCode.PROMPT_CHANGED)]


def _pages(sources: dict[str, Json]) -> dict[str, Json]:
    pages = sources.get("pages")
    pairs = [page for page in pages if isinstance(page, list)] if isinstance(pages, list) else []
    return {str(pair[0]): pair[1] for pair in pairs if len(pair) == 2}  # noqa: PLR2004 - a file and its digest


def _values(sources: dict[str, Json]) -> dict[str, Json]:
    values = sources.get("vars")
    return values if isinstance(values, dict) else {}
