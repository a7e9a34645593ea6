"""`init --from`: reads a task list from a file or from standard input, and makes it a spec."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from specrun.commands import console
from specrun.commands.founding import Ground, Planned, name_of, trial
from specrun.core.draft import Draft
from specrun.core.worth import reasons_against
from specrun.errors import EnvironmentProblem, InvalidSpec, Problem, Refused, UsageProblem, Where
from specrun.imports import speckit
from specrun.imports.naming import slug
from specrun.imports.page import MAX_BYTES
from specrun.imports.reading import read
from specrun.report import starting as report
from specrun.report.text import line
from specrun.spec.drafting import Frame, written
from specrun.spec.find import refused_path
from specrun.spec.sense_lists import MARKDOWN
from specrun.spec.starting import PER_TASK, SCHEMAS, TEMPLATE, TIMEOUT, Start, place
from specrun.spec.text import quoted

STDIN = "-"
_SHOWN = "standard input"
_NAMELESS = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """A task list as it was read; `checklist` is its path from the root where its boxes are to be ticked."""

    file: str
    draft: Draft
    checklist: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A spec that a list became."""

    planned: Planned
    draft: Draft

    def told(self, room: int | None) -> str:
        """Answer what people want to see of it: its tasks, what was guessed, and whether it is worth it."""
        levels = {item.id: item.complexity or "-" for item in self.draft.open}
        notes = "".join(f"{note}\n" for note in map(line, self.draft.notes))
        against = report.advice(reasons_against(self.draft.open), len(self.draft.open))
        return report.table(self.planned.tasks, levels, room) + notes + against


def listed(ground: Ground, start: Path, source: str, *, sync: bool) -> List:
    """Read a list. Raises InvalidSpec, EnvironmentProblem, or UsageProblem where no box can be ticked."""
    checklist = _kept(ground, start / source, source) if sync else None
    file = checklist or (_SHOWN if source == STDIN else source)
    draft = read(_text(start, source, file), file=file, root=str(ground.root), domains=ground.said.domains)
    inside = _inside(ground, start / source) if source != STDIN else ""
    if draft.form == speckit.FORM and inside:
        draft = speckit.beside(draft, inside)
        if not _known(ground, inside):
            note = f"Workers are told to read {inside}, and their clones have what is committed: commit it."
            draft = replace(draft, notes=(*draft.notes, note))
    if sync and draft.open and not any(item.box for item in draft.open):
        raise UsageProblem(
            f"{quoted(file)} has no boxes to tick", "write `- [ ]` before tasks, or leave out --sync"
        )
    return List(file=file, draft=draft, checklist=checklist)


def _known(ground: Ground, file: str) -> bool:
    """Whether HEAD has a file as it is here."""
    tracked = ground.git.run("ls-files", "-z", "--", file).out
    return bool(tracked) and not ground.git.uncommitted([file])


def _kept(ground: Ground, path: Path, source: str) -> str:
    """Answer the path of a list whose boxes are to be ticked, from the root. Raises UsageProblem."""
    if source == STDIN:
        raise UsageProblem("--sync ticks boxes in a file", "name the file with --from")
    file = _inside(ground, path)
    if not file:
        raise UsageProblem(f"{quoted(source)} is outside of the repository", "copy it, or leave out --sync")
    refusal = refused_path(file)
    if refusal:
        raise UsageProblem(refusal.what, refusal.fix)
    if not file.lower().endswith(MARKDOWN):
        raise UsageProblem(f"{quoted(source)} is no Markdown file", "leave out --sync")
    return file


def _inside(ground: Ground, path: Path) -> str:
    """Answer the path of a file from the root, "" for one of elsewhere."""
    real = path.resolve()
    return real.relative_to(ground.root).as_posix() if real.is_relative_to(ground.root) else ""


def _text(start: Path, source: str, file: str) -> str:
    data = _bytes(start / source, file) if source != STDIN else _typed()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InvalidSpec((_problem(file, "is UTF-16, not UTF-8"),))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise InvalidSpec((_problem(file, f"is not UTF-8 (byte 0x{data[error.start]:02x})", row),)) from None


def _problem(file: str, what: str, row: int = 1) -> Problem:
    return Problem(where=Where(file, row), code="E117", what=f"the list {what}", fix="save it as UTF-8")


def _typed() -> bytes:
    if sys.stdin is None:
        raise EnvironmentProblem("standard input is closed", "name a file with --from")
    if console.terminal(sys.stdin):
        console.note("Type or paste the list; Ctrl-D ends it.")
    return sys.stdin.buffer.read(MAX_BYTES + 1)


def _bytes(path: Path, file: str) -> bytes:
    """Answer what a file of any folder, or a pipe, holds: one byte more than the largest list at most."""
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "bad path"
        raise UsageProblem(f"{quoted(file)} cannot be read: {why}", "name a task list with --from") from error


def named(ground: Ground, listing: List, told: str | None, *, ask: bool) -> str:
    """Answer what the spec is called. Raises Refused where that would overwrite one."""
    stem = "" if listing.file == _SHOWN else PurePath(listing.file).stem
    default = next(filter(None, map(slug, (listing.draft.title, stem))), _NAMELESS)
    name = name_of(ground, told, default, ask=ask)
    path = ground.root / place(name)
    if path.exists() or path.is_symlink():
        raise Refused(
            f"{place(name)} is there already", "choose another name with --name; nothing was written"
        )
    return name


def imported(ground: Ground, listing: List, start: Start, name: str) -> Imported:
    """Answer the spec. Raises InvalidSpec where it would not load beside the settings that there are."""
    said = ground.said.keys
    # New settings hold the checks, unless there are specs for which they would change something.
    told = "checks" in said or not (said or ground.specs)
    frame = Frame(
        name=name,
        agent=start.agent,
        template=TEMPLATE,
        checklist=listing.checklist,
        schema=f"../{SCHEMAS}/spec.schema.json",
        per_task=PER_TASK if start.priced and "budget" not in said else "",
        timeout="" if "timeout" in said else TIMEOUT,
        checks=() if told else start.checks,
    )
    try:
        planned = trial(ground, start, place(name), written(listing.draft, frame))
    except InvalidSpec:
        if not frame.checks:
            raise
        # The settings may know the commands of the project otherwise.
        planned = trial(ground, start, place(name), written(listing.draft, replace(frame, checks=())))
    return Imported(planned=planned, draft=listing.draft)
