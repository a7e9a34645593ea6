"""Checks what shape cannot say of proof: globs and folders, types of projects, words of judges, schemas."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from specrun.core.glob import NOT
from specrun.core.project import KINDS
from specrun.errors import Problem
from specrun.spec.complaint import Wording
from specrun.spec.find import refused_path
from specrun.spec.node import Entry, Node, locate
from specrun.spec.scalar import value_of
from specrun.spec.schema_proof import GLOB
from specrun.spec.shape import data
from specrun.spec.text import HIDDEN, Text, quoted
from specrun.spec.vocabulary import meant

Finding = tuple[Node | Entry, Wording]

_BRACES = re.compile(r"\{[^{}]*,[^{}]*\}")
_DRIVE = re.compile(r"[A-Za-z]:/")


def level_of_proof(text: Text, node: Node) -> Iterator[Problem]:
    """Check what every level may say."""
    if not node.entries().keys().isdisjoint(("checks", "protect")):
        yield from _told(text, _level(node))


def task_of_proof(text: Text, node: Node) -> Iterator[Problem]:
    """Check what only tasks say."""
    if not node.entries().keys().isdisjoint(("touches", "reads", "outputs", "judge")):
        yield from _told(text, _task(node))


def project_of_proof(text: Text, root: Node) -> Iterator[Problem]:
    """Check what a file says of its project."""
    entry = root.present("project")
    if entry is not None:
        yield from _told(text, _project(entry.node))


def _told(text: Text, findings: Iterator[Finding]) -> Iterator[Problem]:
    for place, (code, what, expected, fix) in findings:
        yield text.problem(place.line, place.column, code, what, expected=expected, fix=fix)


def _level(node: Node) -> Iterator[Finding]:
    checks, protect = node.get("checks"), node.get("protect")
    for item in checks.items() if checks else ():
        path = item.get("path")
        written = value_of(path) if path else None
        refusal = refused_path(written) if isinstance(written, str) else None
        if path and refusal:
            yield path, (refusal.code, refusal.what, "", refusal.fix)
    yield from _globs(protect)


def _task(node: Node) -> Iterator[Finding]:
    outputs, judge = node.get("outputs"), node.get("judge")
    yield from _globs(node.get("touches"), "name what may be changed instead")
    yield from _globs(node.get("reads"), "name what is read instead")
    if outputs and isinstance(outputs.value, dict):
        # Imported late: few tasks have it, and its library is slow to load.
        from specrun.spec.output_schema import flaws

        odd: list[Node] = []
        schema = data(outputs, lambda node, _why: odd.append(node))
        # What nobody reads for sure is the business of the shape.
        for path, wording in flaws(schema) if not odd else ():
            yield locate(outputs, path), wording
    if judge:
        yield from _words(judge)


def _globs(globs: Node | None, instead: str = "") -> Iterator[Finding]:
    """Check globs; `instead` is what to do about exceptions where there may be none."""
    for item in globs.items() if globs else ():
        glob = value_of(item)
        wrong = _wrong_glob(glob, instead) if isinstance(glob, str) else None
        if wrong:
            yield item, wrong


def _wrong_glob(glob: str, instead: str) -> Wording | None:
    bare = glob.removeprefix(NOT)
    below = "write a path below the repo root, such as src/**"
    unfit = (
        (instead and bare != glob, "makes an exception", instead),
        (not bare.strip(), "names nothing", "write a glob such as src/**, or remove it"),
        (len(glob) > GLOB, f"is longer than {GLOB} characters", "shorten it with wildcards"),
        (HIDDEN.search(bare) or "\n" in bare or "\t" in bare, "holds a control character", "remove it"),
        ("\\" in bare, "holds a backslash", "write / between folders"),
        (bare.startswith(("/", "~/")) or _DRIVE.match(bare), "does not begin at the repo root", below),
        (".." in bare.split("/"), "leaves the repository", below),
        (_BRACES.search(bare), "has a choice in braces", "write one glob for each"),
    )
    for wrong, what, fix in unfit:
        if wrong:
            return "E219", f"glob {quoted(glob)} {what}", "", fix
    return None


def _words(judge: Node) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for key in ("pass", "fail"):
        words = judge.get(key)
        for item in words.items() if words else ():
            word = item.text()
            if word is not None and word in seen:
                twice = "twice" if seen[word] == key else f"under both {seen[word]} and {key}"
                yield item, ("E203", f"word {quoted(word)} stands {twice}", "", "remove one of them")
            seen.setdefault(word or "", key)
    rewind, fail = judge.present("rewind"), judge.get("fail")
    if rewind and not (fail and (fail.items() or fail.text())):
        what = "rewind never happens: no word fails"
        yield rewind, ("E214", what, "", "write words under `fail`, or remove it")


def _project(node: Node) -> Iterator[Finding]:
    yield from _type(node)
    paths = node.get("paths")
    seen: set[str] = set()
    for folder, entry in (paths.entries() if paths else {}).items():
        yield from _type(entry.node)
        plain = posixpath.normpath(folder)
        if plain == ".":
            fix = "write its type or its commands beside `paths`"
            yield entry, ("E214", f"{quoted(folder)} is the top of the repository", "", fix)
        elif plain in seen:
            yield entry, ("E203", f"folder {quoted(folder)} is named twice", "", "remove one of them")
        seen.add(plain)


def _type(node: Node) -> Iterator[Finding]:
    """Check the type of a project, written alone or among its commands."""
    kind = node.get("type") or node
    name = value_of(kind)
    if isinstance(name, str) and name not in KINDS:
        yield kind, ("E209", f"unknown type of project {quoted(name)}", "", meant(name, KINDS))
