"""Keeps run records and summary tables in the repo, readable in a diff and untouched when nothing changed."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from specrun.core.task import Json, TaskId, split_id
from specrun.core.world import Run
from specrun.errors import EnvironmentProblem
from specrun.store.documents import dump, writing
from specrun.store.printable import one_line
from specrun.store.record_json import from_bytes, to_json
from specrun.system.files import LEFT_BEHIND, replace_if_changed, sync_folder

READABLE = 0o644
_SETTLED = 100_000_000
"""Nanoseconds after which a file's time tells every later change."""

_TRUSTED = 1.0
"""Seconds for which the times of folders are trusted to tell what has changed in them."""

_OF_CHECKS = {"seconds", "commit", "output_digest", "tail"}
_LEFT_OUT = {
    "": {"base", "commit", "digest"},
    "accepted": {"at"},
    "frozen": {"at"},
    "attempts": {"number", "started_at", "ended_at", "cost_usd", "tokens", "turns", "session_id"},
    "checks": _OF_CHECKS,
    "rounds": {"target_commit", "target_attempt"},
    "last_success": {"base", "commit"},
    "attempts.checks": _OF_CHECKS,
    "last_success.checks": _OF_CHECKS,
    "last_success.accepted": {"at"},
}
"""What two equal records may differ in: times, durations, costs, amounts of talk, ids, numbers, tails."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A record as parsed, and the file's state then."""

    sign: tuple[int, int, int]
    run: Run


@dataclass(frozen=True, slots=True)
class _Look:
    """All records as read at one time; they hold `until` then while the folders keep their times."""

    runs: Mapping[TaskId, Run]
    folders: Mapping[str, int]
    until: float


class RecordFiles:
    """`results/<spec>/<task>.json` and `results/<spec>/SUMMARY.md` below the root of a working tree.

    Only those of `specs` are read, so that a broken record hinders no other spec; None stands for all.
    """

    def __init__(self, root: Path, specs: Collection[str] | None = None) -> None:
        self._root = root
        self._specs = specs
        self._results = root / "results"
        self._known: dict[str, _Read] = {}
        self._look: _Look | None = None
        self._swept: set[Path] = set()

    def runs(self) -> Mapping[TaskId, Run]:
        """Read all records; files that did not change are not parsed again.

        Raises EnvironmentProblem with file and line for one that cannot be read or understood. What somebody
        else writes is seen within a second.
        """
        look = self._look
        if look is None or time.monotonic() >= look.until or look.folders != self._folders(look.folders):
            look = self._look = self._looked()
        return look.runs

    def _looked(self) -> _Look:
        until = time.monotonic() + _TRUSTED
        # Before the records: what is renamed into a folder meanwhile makes its time another one.
        names = self._specs if self._specs is not None else (one.name for one in _entries(self._results))
        folders = self._folders([str(self._results), *(f"{self._results}/{name}" for name in names)])
        return _Look(self._read_all(), folders, until)

    def _folders(self, paths: Iterable[str]) -> dict[str, int]:
        """The times of folders; -1 for those that are missing."""
        return {path: _changed(path) for path in paths}

    def _read_all(self) -> Mapping[TaskId, Run]:
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
        self._change(run.task_id, dump(to_json(run)))

    def move(self, old: TaskId, run: Run) -> None:
        """Write the record of a renamed task, then take away the one under its former address.

        Doing it twice is fine. Who is killed in between leaves both; the new one tells in `moved_from` of the
        other.
        """
        self.save(run)
        if old != run.task_id:
            self.forget(old)

    def forget(self, task_id: TaskId) -> None:
        """Take away a record durably; a missing one is fine, and the folder of its spec stays."""
        self._change(task_id, None)

    def _change(self, task_id: TaskId, data: bytes | None) -> None:
        spec, name = split_id(task_id)
        path = self._results / spec / f"{name}.json"
        look = self._look
        whole = look is not None and look.folders == self._folders(look.folders)
        self._look = None
        if data is None:
            self._remove(path)
        else:
            self._write(path, data)
        if look is not None and whole and str(path.parent) in look.folders:
            # Nobody else has written since the last look: what was read then still holds but for this one.
            runs = dict(look.runs)
            runs.pop(task_id, None)
            if data is not None:
                runs[task_id] = from_bytes(data)
            self._look = _Look(runs, self._folders(look.folders), look.until)

    def write_summary(self, spec: str, text: str) -> None:
        """Write the table of one spec; the same text leaves the file untouched."""
        self._write(self._results / spec / "SUMMARY.md", text.encode("utf-8", "replace"))

    def _write(self, path: Path, data: bytes) -> None:
        shown = path.relative_to(self._root)
        with writing(shown, f"make {shown.parent} writable, or free some space"):
            for folder in (self._results, path.parent):
                folder.mkdir(exist_ok=True)
                self._real(folder)
            self._sweep(path.parent)
            replace_if_changed(path, data, READABLE)

    def _remove(self, path: Path) -> None:
        shown = path.relative_to(self._root)
        with writing(shown, f"make {shown.parent} writable, or remove it by hand"):
            for folder in (self._results, path.parent):
                self._real(folder)
            with suppress(FileNotFoundError, NotADirectoryError):
                path.unlink()
                sync_folder(path.parent)

    def _real(self, folder: Path) -> None:
        if folder.is_symlink():
            problem = f"{folder.relative_to(self._root)} is a link"
            raise EnvironmentProblem(problem, "put a real folder there: results stay inside the repo")

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
            run = from_bytes(raw)
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


def _essence(value: Json, place: str = "") -> Json:
    """Leave out what may differ; `place` is the path of keys to the value, in lists to every item."""
    if isinstance(value, list):
        return [_essence(item, place) for item in value]
    if not isinstance(value, dict) or place not in _LEFT_OUT:
        return value
    kept = [name for name in value if name not in _LEFT_OUT[place]]
    return {name: _essence(value[name], f"{place}.{name}" if place else name) for name in kept}


def _sign(entry: os.DirEntry[str]) -> tuple[int, int, int]:
    seen = entry.stat(follow_symlinks=False)
    return seen.st_mtime_ns, seen.st_size, seen.st_ino


def _changed(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns  # noqa: PTH116 - a Path costs as much as the look itself
    except OSError:
        return -1


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
