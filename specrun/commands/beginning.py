"""Carries out an `init`: looks, asks, writes, and says what comes next."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

from specrun.commands import console
from specrun.commands.founding import (
    Ground,
    Planned,
    agent_of,
    first_spec,
    lacking,
    name_of,
    start_of,
    surroundings,
)
from specrun.commands.importing import Imported, imported, listed, named
from specrun.errors import ExitCode, UsageProblem
from specrun.report import starting as report
from specrun.spec.find import SETTINGS
from specrun.spec.starting import NAME, SCHEMAS, TEMPLATE, Start
from specrun.store.founding import IGNORE, Sheet, State, judged, put

_SHOWN = 5
"""Specs that are named where nothing is to be done about them."""


class Asked(TypedDict):
    """What a person said on the command line."""

    yes: bool
    agent: str | None
    name: str | None
    source: str | None
    sync: bool
    dry_run: bool


def begun(directory: Path | None, told: Asked) -> ExitCode:
    """Write what is missing; nothing at all where something stands in the way. Raises SpecrunError."""
    ask = _asking(told)
    start = Path.cwd() if directory is None else directory
    ground = Ground.of(start)
    source = told["source"]
    listing = listed(ground, start, source, sync=told["sync"]) if source is not None else None
    wanted = listing is not None or told["name"] is not None or not ground.specs
    ask = ask and wanted
    facts = start_of(ground, agent_of(ground, told["agent"], ask=ask, listed=listing is not None))
    made: Imported | None = None
    planned: Planned | None = None
    if listing is not None:
        made = imported(ground, listing, facts, named(ground, listing, told["name"], ask=ask))
        planned = made.planned
    elif wanted:
        planned = first_spec(ground, facts, name_of(ground, told["name"], NAME, ask=ask))
    sheets = judged(ground.root, [*surroundings(ground, facts), *_specs(ground, planned)])
    if not told["dry_run"]:
        put(ground.root, sheets)
    _tell(ground, facts, sheets, made, dry=told["dry_run"])
    if planned is not None and sheets[-1].state is State.NEW:
        console.out("".join(f"{row}\n" for row in lacking(ground, planned)))
    if not told["dry_run"]:
        console.out(_onward(ground, directory, planned))
    return ExitCode.OK


def _specs(ground: Ground, planned: Planned | None) -> list[Sheet]:
    if planned is not None:
        return [planned.sheet]
    return [Sheet(path=path, data=b"", state=State.KEPT) for path in ground.specs[:_SHOWN]]


def _asking(told: Asked) -> bool:
    """Whether there is a person to be asked. Raises UsageProblem where one is needed and nobody is there."""
    if told["sync"] and told["source"] is None:
        raise UsageProblem("--sync needs a list", "name it with --from")
    if told["yes"] or told["dry_run"]:
        return False
    if not console.asking():
        raise UsageProblem(
            "nobody can be asked here: there is no terminal", "pass --yes to take what is found here"
        )
    return True


def _tell(ground: Ground, facts: Start, sheets: Sequence[Sheet], made: Imported | None, *, dry: bool) -> None:
    if made is not None:
        console.out(f"{made.told(console.room())}\n")
    elif any(sheet.state is State.NEW for sheet in sheets):
        told = report.found(facts.kind, facts.source, facts.commands, facts.agent, ground.tmux)
        console.out(f"{told}\n")
    rows = [report.Written(path=one.path, state=_state(one), what=_what(one.path)) for one in sheets]
    console.out(report.files(rows, console.paint(sys.stdout), dry=dry))
    if dry:
        shown = [one for one in sheets if one.state is State.NEW and not one.made]
        console.out("".join(report.content(one.path, one.data.decode()) for one in shown))
    elif all(one.state is State.KEPT for one in sheets):
        console.out(report.unchanged())


def _state(sheet: Sheet) -> str:
    return "extended" if sheet.path == IGNORE and sheet.state is State.RENEWED else str(sheet.state)


def _what(path: str) -> str:
    words = {
        SETTINGS: "what holds for all specs",
        TEMPLATE: "what is said around prompts",
        IGNORE: f"leaves {SCHEMAS.split('/', maxsplit=1)[0]}/ out of git",
    }
    if path.startswith(SCHEMAS):
        return "lets editors complete and check"
    return words.get(path, "the spec")


def _onward(ground: Ground, directory: Path | None, planned: Planned | None) -> str:
    call = ["specrun"] if directory is None else ["specrun", "-C", str(directory)]
    path = planned.sheet.path if planned is not None else ""
    spec = path if set(ground.specs) - {path} else ""
    return "\n" + report.onward(call, spec, committed=ground.committed)
