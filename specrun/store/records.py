"""Keeps run records and summary tables in the repo, readable in a diff and untouched when nothing changed."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from specrun.core.task import Json, TaskId, split_id
from specrun.core.world import Run
from specrun.errors import EnvironmentProblem
from specrun.store.documents import dump, parse, writing
from specrun.store.printable import one_line
from specrun.store.record_json import from_json, to_json
from specrun.system.files import LEFT_BEHIND, replace_if_changed

READABLE = 0o644
_SETTLED = 100_000_000
"""Nanoseconds after which a file's time tells every later change."""

_LEFT_OUT = {
    "": {"base", "commit"},
    "attempts": {"number", "started_at", "ended_at", "cost_usd", "tokens", "session_id"},
    "checks": {"seconds", "commit", "output_digest", "tail"},
    "last_success": {"base", "commit"},
}
"""What two equal records may differ in: times, durations, costs, ids, numbers, tails."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A record as parsed, and the file's state then."""

    sign: tuple[int, int, int]
    run: Run


class RecordFiles:
    """`results/<spec>/<task>.json` and `results/<spec>/SUMMARY.md` below the root of a working tree.

    Only those of `specs` are read, so that a broken record hinders no other spec; None stands for all.
    """

    def __init__(self, root: Path, specs: Collection[str] | None = None) -> None:
        self._root = root
        self._specs = specs
        self._results = root / "results"
        self._known: dict[str, _Read] = {}
        self._swept: set[Path] = set()

    def runs(self) -> Mapping[TaskId, Run]:
        """Read all records; files that did not change are not parsed again.

        Raises EnvironmentProblem with file and line for one that cannot be read or understood.
        """
        found: dict[TaskId, Run] = {}
        known: dict[str, _Read] = {}
        settled = time.time_ns() - _SETTLED
        for folder in _entries(self._results):
            if not folder.is_dir(follow_symlinks=False) or not self._wanted(folder.name):
                continue
            for entry in _entries(folder.path):
                if entry.name.endswith(".json"):
                    task_id = TaskId(f"{folder.name}/{entry.name.removesuffix('.json')}")
                    read = self._read(entry, task_id)
                    found[task_id] = read.run
                    if read.sign[0] < settled:
                        known[entry.path] = read
        self._known = known
        return found

    def save(self, run: Run) -> None:
        """Write one record durably; the same record leaves the file untouched."""
        spec, name = split_id(run.task_id)
        self._write(self._results / spec / f"{name}.json", dump(to_json(run)))

    def write_summary(self, spec: str, text: str) -> None:
        """Write the table of one spec; the same text leaves the file untouched."""
        self._write(self._results / spec / "SUMMARY.md", text.encode("utf-8", "replace"))

    def _write(self, path: Path, data: bytes) -> None:
        shown = path.relative_to(self._root)
        with writing(shown, f"make {shown.parent} writable, or free some space"):
            for folder in (self._results, path.parent):
                folder.mkdir(exist_ok=True)
                if folder.is_symlink():
                    problem = f"{folder.relative_to(self._root)} is a link"
                    raise EnvironmentProblem(problem, "put a real folder there: results stay inside the repo")
            self._sweep(path.parent)
            replace_if_changed(path, data, READABLE)

    def _wanted(self, spec: str) -> bool:
        return self._specs is None or spec in self._specs

    def _sweep(self, folder: Path) -> None:
        """Remove, once, what a killed specrun was just writing: the apply lock keeps other writers away."""
        if folder not in self._swept:
            for left in folder.glob(LEFT_BEHIND):
                left.unlink(missing_ok=True)
            self._swept.add(folder)

    def _read(self, entry: os.DirEntry[str], task_id: TaskId) -> _Read:
        known = self._known.get(entry.path)
        try:
            sign = _sign(entry)
            if known is not None and known.sign == sign:
                return known
            raw = Path(entry.path).read_bytes()
        except OSError as exc:
            shown, fix = self._told(entry)
            raise EnvironmentProblem(f"cannot read {shown}: {exc.strerror}", fix) from exc
        try:
            run = from_json(parse(raw))
            if run.task_id != task_id:
                raise ValueError(f"task is {run.task_id} where {task_id} is expected")  # noqa: TRY301 - one handler
        except ValueError as exc:
            shown, fix = self._told(entry)
            line = _line(raw, exc)
            said = one_line(getattr(exc, "msg", str(exc)))
            raise EnvironmentProblem(f"{shown}:{line}: {said}", fix) from exc
        return _Read(sign, run)

    def _told(self, entry: os.DirEntry[str]) -> tuple[Path, str]:
        """What a broken record is called, and what to do about it."""
        shown = Path(entry.path).relative_to(self._root)
        return shown, f"restore it (git checkout -- {shown}), or remove it to run the task again"


def equal_records(one: Json, other: Json) -> bool:
    """Whether two records, as parsed from their files, agree in all that may not differ between two runs."""
    return _essence(one) == _essence(other)


def _essence(record: Json) -> Json:
    if not isinstance(record, dict):
        return record
    kept: dict[str, Json] = {}
    for name, value in record.items():
        left_out = _LEFT_OUT.get(name, set())
        if name in _LEFT_OUT[""]:
            continue
        if isinstance(value, list):
            kept[name] = [_without(item, left_out) for item in value]
        else:
            kept[name] = _without(value, left_out)
    return kept


def _without(value: Json, names: set[str]) -> Json:
    if not isinstance(value, dict):
        return value
    return {key: kept for key, kept in value.items() if key not in names}


def _sign(entry: os.DirEntry[str]) -> tuple[int, int, int]:
    seen = entry.stat(follow_symlinks=False)
    return seen.st_mtime_ns, seen.st_size, seen.st_ino


def _entries(folder: Path | str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as exc:
        raise EnvironmentProblem(f"cannot read {folder}: {exc.strerror}", "make it readable") from exc


def _line(raw: bytes, exc: ValueError) -> int:
    """Find the line of an error: said by the parser, or that of the key its message begins with."""
    line = getattr(exc, "lineno", None)
    if isinstance(line, int):
        return line
    if isinstance(exc, UnicodeDecodeError):
        return raw.count(b"\n", 0, exc.start) + 1
    key = str(exc).split(" ", 1)[0].rpartition(".")[2]
    return raw.count(b"\n", 0, max(raw.find(f'"{key}":'.encode()), 0)) + 1
