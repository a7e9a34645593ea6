"""`specrun fmt`: show, check or write the canonical layout of specs and of specrun.yaml."""

from __future__ import annotations

import difflib
import os
import stat
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from specrun import __version__
from specrun.commands import console, flags
from specrun.core.task import Json
from specrun.errors import EnvironmentProblem, ExitCode, NoSpec, UsageProblem
from specrun.report.problems import document
from specrun.report.text import clean, line
from specrun.report.words import count
from specrun.spec.find import SETTINGS, read, spec_files
from specrun.spec.layout import Laid, laid_out
from specrun.spec.text import MAX_BYTES
from specrun.store.git import discover
from specrun.system.files import write_bytes

FORMAT = 1
MEANWHILE = "it was changed meanwhile"
MARK = b"\xef\xbb\xbf"


@click.command(short_help="Lay specs out canonically; shows what would change.")
@flags.specs
@click.option(
    "--check", is_flag=True, help="Name the files that would change, and answer 2 if there are any."
)
@click.option("--fix", is_flag=True, help="Rewrite these files, and name them.")
@click.option("--diff", "differing", is_flag=True, help="Show what changes, also with --check and --fix.")
@flags.as_json
@click.pass_obj
def command(
    directory: Path | None, specs: tuple[str, ...], *, check: bool, fix: bool, differing: bool, as_json: bool
) -> ExitCode:
    """Lay specs and specrun.yaml out canonically: order of keys, indents, empty lines, quotes.

    What they say stays the same, and every comment stays with its key. Without a flag this shows
    what would change, and writes nothing.
    """
    if check and fix:
        raise UsageProblem("--check and --fix exclude each other", "keep one of them")
    start = Path.cwd() if directory is None else directory
    root = discover(start).root
    shown = differing or not (check or fix)
    found: list[Laid] = []
    for file in _files(start, root, specs):
        laid = laid_out(file, read(root, file, MAX_BYTES))
        found.append(_rewritten(root, laid) if fix and laid.changed else laid)
        if not as_json:
            _tell(found[-1], shown=shown)
    if as_json:
        console.document(_document(found, fix=fix, shown=shown))
    else:
        _sum_up(found, fix=fix)
    return _code(found, check=check)


def _files(start: Path, root: Path, specs: Sequence[str]) -> tuple[str, ...]:
    """Answer the files that are meant, relative to the root; without names all specs and the settings."""
    if specs:
        return spec_files(root, [_named(start, root, name) for name in specs])
    settings = (SETTINGS,) if os.path.lexists(root / SETTINGS) else ()
    try:
        return (*settings, *spec_files(root, ()))
    except NoSpec:
        if not settings:
            raise
        return settings


def _named(start: Path, root: Path, name: str) -> str:
    """Files and the folder of specs are meant from where the person stands; all else names a spec."""
    path = start / name
    there = path.is_file() or (path.is_dir() and (path / "..").resolve() == root.resolve())
    return os.path.relpath(path, root) if there else name


def _rewritten(root: Path, laid: Laid) -> Laid:
    """Replace a file by its layout in one step; a link stays one, and what it leads to keeps its mode."""
    if read(root, laid.file, MAX_BYTES) != laid.data:
        return replace(laid, after=None, refused=MEANWHILE)
    path = (root / laid.file).resolve()
    try:
        if not os.access(path, os.W_OK):
            raise PermissionError(0, "it is read-only")
        mode = stat.S_IMODE(path.stat().st_mode)
        write_bytes(path, (laid.after or "").encode(), mode)
        # What the mask has taken from the mode of the new file is given back.
        path.chmod(mode)
    except OSError as error:
        what = f"{laid.file} cannot be written: {error.strerror}; it is as it was"
        raise EnvironmentProblem(what, "let this user write there, or free some space") from error
    return laid


def _tell(laid: Laid, *, shown: bool) -> None:
    if laid.changed:
        console.out(_difference(laid) if shown else f"{line(laid.file)}\n")
    if laid.refused:
        fix = "run specrun fmt again" if laid.refused == MEANWHILE else "report this bug, with that file"
        console.complain(f"{laid.file} is left as it is: {laid.refused}; fix: {fix}")


def _sum_up(found: Sequence[Laid], *, fix: bool) -> None:
    problems = [problem for laid in found for problem in laid.problems]
    if problems:
        console.problems(problems)
    changed = sum(laid.changed for laid in found)
    good = sum(laid.after is not None for laid in found) - changed
    told = [f"{count(good, 'file')} in canonical layout"] if good else []
    if changed:
        told.append(f"{count(changed, 'file')} {'rewritten' if fix else 'to rewrite: specrun fmt --fix'}")
    if told:
        console.note(", ".join(told) + ".")


def _difference(laid: Laid) -> str:
    """Answer what changes as a unified diff; what nobody sees in one is told in words above it."""
    name = line(laid.file)
    rows = [f"# {name}: the byte order mark is removed"] if laid.data.startswith(MARK) else []
    rows += [f"# {name}: line ends (CRLF) become plain ones (LF)"] if b"\r\n" in laid.data else []
    before, after = (text.splitlines(keepends=True) for text in (laid.before, laid.after or ""))
    for row in difflib.unified_diff(before, after, f"a/{name}", f"b/{name}"):
        rows.append(clean(row.removesuffix("\n")))
        rows += [] if row.endswith("\n") else ["\\ No newline at end of file"]
    return "".join(f"{row}\n" for row in rows)


def _document(found: Sequence[Laid], *, fix: bool, shown: bool) -> dict[str, Json]:
    problems = [problem for laid in found for problem in laid.problems]
    return {
        "format_version": FORMAT,
        "tool_version": __version__,
        "files": [_row(laid, fix=fix, shown=shown) for laid in found],
        "problems": document(problems)["problems"],
    }


def _row(laid: Laid, *, fix: bool, shown: bool) -> dict[str, Json]:
    state = "invalid" if laid.problems else "refused" if laid.refused else "canonical"
    if laid.changed:
        state = "rewritten" if fix else "differs"
    row: dict[str, Json] = {"file": laid.file, "state": state, "changed": laid.changed}
    if laid.refused:
        row["why"] = laid.refused
    if laid.changed and shown:
        row["diff"] = _difference(laid)
    return row


def _code(found: Sequence[Laid], *, check: bool) -> ExitCode:
    if any(laid.refused for laid in found):
        return ExitCode.REFUSED
    if any(laid.problems for laid in found):
        return ExitCode.INVALID
    return ExitCode.PENDING if check and any(laid.changed for laid in found) else ExitCode.OK
