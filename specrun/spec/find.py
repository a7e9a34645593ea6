"""Decides which spec files are meant, and reads files of the repo without leaving it."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from specrun.errors import NoSpec, Problem, UsageProblem, Where
from specrun.spec.text import HIDDEN, quoted
from specrun.spec.vocabulary import meant

ROOT_SPEC = "orchestration.yaml"
SETTINGS = "specrun.yaml"
FOLDER = "specs"
ENDINGS = (".yaml", ".yml")
_HEAD = 1 << 16
_NAME = re.compile(rb"""^name[ \t]*:[ \t]+["']?([A-Za-z0-9_-]+)["']?[ \t]*(?:#.*)?\r?$""", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a path is not read: code, what is wrong, what to do."""

    code: str
    what: str
    fix: str = ""


def spec_files(root: Path, names: Sequence[str]) -> tuple[str, ...]:
    """Answer the spec files meant by `names` (paths, spec names, or the folder), relative to `root`.

    Without names: the root spec if there is one, else all of the folder. Raises NoSpec, and UsageProblem
    with all names that fit no spec.
    """
    if not names:
        return _all(root)
    found: dict[str, None] = {}
    unknown: list[str] = []
    for name in names:
        file = _meant(root, name)
        files = _folder(root) if os.path.normpath(name) == FOLDER else (file,) if file else ()
        found.update(dict.fromkeys(files))
        if not files:
            unknown.append(name)
    if unknown:
        raise _unknown(unknown, list(_names(root)))
    return tuple(found)


def _unknown(names: Sequence[str], known: Sequence[str]) -> UsageProblem:
    words = (PurePosixPath(name).stem if name.endswith(ENDINGS) else name for name in names)
    fixes = dict.fromkeys(meant(word, known) for word in words)
    return UsageProblem(f"there is no spec {' or '.join(map(quoted, names))}", " ".join(fixes))


def _all(root: Path) -> tuple[str, ...]:
    if (root / ROOT_SPEC).exists():
        return (ROOT_SPEC,)
    files = _folder(root)
    if files:
        return files
    what = f"no spec found: neither {ROOT_SPEC} nor a {FOLDER}/*.yaml is there"
    fix = f"run specrun init, or write {FOLDER}/hello.yaml with version: 1, name: hello, agent, and tasks:"
    raise NoSpec((Problem(where=Where(ROOT_SPEC), code="E409", what=what, fix=fix),))


def _folder(root: Path) -> tuple[str, ...]:
    folder = root / FOLDER
    try:
        names = sorted(entry.name for entry in folder.iterdir() if entry.suffix in ENDINGS)
    except OSError:
        return ()
    return tuple(f"{FOLDER}/{name}" for name in names)


def _meant(root: Path, name: str) -> str | None:
    if "\0" in name:
        return None
    path = Path(name)
    if path.is_absolute():
        name = os.path.relpath(path, root)
    name = os.path.normpath(name)
    if name.endswith(ENDINGS):
        return PurePosixPath(Path(name)).as_posix() if os.path.lexists(root / name) else None
    return _names(root).get(name)


def spec_names(root: Path) -> dict[str, str]:
    """Answer which file each spec is in; one that does not tell its name goes by that of its file."""
    files = _folder(root)
    if (root / ROOT_SPEC).exists():
        files = (ROOT_SPEC, *files)
    found: dict[str, str] = {}
    for file in files:
        found.setdefault(_own_name(root, file) or PurePosixPath(file).stem, file)
    return found


def _names(root: Path) -> dict[str, str]:
    found = spec_names(root)
    files = dict.fromkeys((*found.values(), *_folder(root)))
    # The name of a file is understood as well, where no spec calls itself that.
    return {**{PurePosixPath(file).stem: file for file in files}, **found}


def _own_name(root: Path, file: str) -> str | None:
    """Look for the name as nearly everybody writes it; a spec need not be right to be meant."""
    start = read(root, file, _HEAD)
    match = None if isinstance(start, Refusal) else _NAME.search(start)
    return match[1].decode("ascii") if match else None


def read(root: Path, file: str, limit: int) -> bytes | Refusal:
    """Answer the bytes of a file of the repo (at most `limit` + 1), or why it is not read."""
    refusal = refused_path(file)
    if refusal:
        return refusal
    try:
        return _refused_link(root, file) or _bytes(root / file, file, limit)
    except FileNotFoundError:
        what, fix = "not found", "check the path; it is relative to the repo root"
        return Refusal("E400", f"{quoted(file)} {what}", fix)
    except OSError as error:
        what = f"{quoted(file)} cannot be read: {error.strerror or 'bad path'}"
        return Refusal("E407", what, "check its permissions")


def refused_folder(root: Path, path: str) -> Refusal | None:
    """Answer why a path is no folder of the repo, None where it is one."""
    try:
        refusal = refused_path(path) or _refused_link(root, path)
    except OSError:
        return Refusal("E400", f"folder {quoted(path)} not found", "check the path")
    if refusal is None and not (root / path).is_dir():
        return Refusal("E403", f"{quoted(path)} is no folder", "write the path of a folder")
    return refusal


def _refused_link(root: Path, file: str) -> Refusal | None:
    top = root.resolve()
    try:
        real = (top / file).resolve()
        (top / file).stat()
    except (RuntimeError, ValueError):
        return Refusal("E402", f"{quoted(file)} is a link that leads nowhere", "remove the link")
    except OSError as error:
        if error.errno == errno.ELOOP:
            return Refusal("E402", f"{quoted(file)} is a link that leads nowhere", "remove the link")
        raise
    if not real.is_relative_to(top):
        return Refusal("E402", f"{quoted(file)} is a link to outside of the repository", "copy the file")
    if ".git" in real.relative_to(top).parts:
        return Refusal("E404", f"paths under .git are refused: {quoted(file)}", "move the file")
    return None


def refused_path(file: str) -> Refusal | None:
    """Answer why a path cannot lead to anything in the repo, whatever lies there."""
    parts = file.replace("\\", "/").split("/")
    if ".." in parts or file.startswith(("/", "\\", "~")) or file[1:2] == ":":
        return Refusal("E401", f"path {quoted(file)} leaves the repository", "use a path below the repo root")
    if any(part.casefold() == ".git" for part in parts):
        return Refusal("E404", f"paths under .git are refused: {quoted(file)}", "move the file")
    if not file.strip() or HIDDEN.search(file) or "\n" in file:
        return Refusal("E400", f"{quoted(file)} is no path", "write a path below the repo root")
    return None


def _bytes(path: Path, file: str, limit: int) -> bytes | Refusal:
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return Refusal("E403", f"{quoted(file)} is not a regular file", "use a file")
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read(limit + 1)
