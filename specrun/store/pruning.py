"""Takes away what nobody needs any more of tasks that are gone, and of old attempts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from specrun.core.task import TaskId
from specrun.core.world import Phase, Run
from specrun.ports import AttemptKey
from specrun.store import branches
from specrun.store.attempts import AttemptFiles
from specrun.store.clones import branch_ref
from specrun.store.git import Git
from specrun.store.layout import Layout
from specrun.store.leftovers import Traces, is_folder, traces
from specrun.store.removal import bury, sweep
from specrun.store.sparing import Kept, Leftover, in_use, of_gone, of_present, scene

__all__ = ["KEPT", "Kept", "Leftover", "Leftovers", "Pruning"]

KEPT = 5
"""Attempts of a task that are kept whatever became of them."""

_ORDER = ("branch", "reference", "grant", "link", "workspace", "attempt")
"""What goes first. Directories of attempts come last: while they stand, their numbers are not used again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftovers:
    """All that may go, what stays of tasks that are gone, and which of their records may go."""

    items: tuple[Leftover, ...] = ()
    kept: tuple[Kept, ...] = ()
    forgettable: tuple[TaskId, ...] = ()

    @property
    def size(self) -> int:
        """The bytes of everything that may go."""
        return sum(item.size for item in self.items)


class Pruning:
    """The state folder of one working tree, and the references of its repository.

    Whoever removes holds the apply locks of the specs in question. A killed removal leaves less to remove.
    """

    def __init__(self, git: Git, layout: Layout) -> None:
        self._git = git
        self._layout = layout

    def tasks(self) -> frozenset[TaskId]:
        """Answer every task that has left anything here; records are not looked at."""
        return frozenset(traces(self._git, self._layout))

    def found(
        self, gone: Mapping[TaskId, Run | None], present: Mapping[TaskId, Run | None], keep: int = KEPT
    ) -> Leftovers:
        """Answer what may go of tasks that no spec has any more, and of old attempts of those that are there.

        Of the latter the newest `keep` attempts stay, and what record or branch name. Nothing is written.
        """
        left = traces(self._git, self._layout)
        # Records of frozen tasks stay, whether any spec has them or not.
        staying = [*present.values(), *(run for run in gone.values() if run and run.frozen)]
        around = scene(self._git, self._layout, [run for run in staying if run is not None])
        found: list[Leftover | Kept] = []
        for name, run in gone.items():
            found += of_gone(name, run, left.get(name, Traces()), around)
        for name, run in present.items():
            found += of_present(name, run, left.get(name, Traces()), around, keep)
        kept = [one for one in found if isinstance(one, Kept)]
        used = {one.task_id for one in kept if one.record}
        return Leftovers(
            items=tuple(sorted((one for one in found if isinstance(one, Leftover)), key=_rank)),
            kept=tuple(sorted(kept, key=lambda one: (one.task_id, one.name))),
            forgettable=tuple(sorted(name for name in gone if gone[name] is not None and name not in used)),
        )

    def remove(self, leftovers: Leftovers) -> tuple[Kept, ...]:
        """Take it all away, and answer what stays after all, and why."""
        self._layout.create()
        sweep(self._layout.work)
        attempts = AttemptFiles(self._layout)
        attempts.scan()
        attempts.tidy()  # a used grant that a crash has left must not outlive the attempt that has used it
        left = traces(self._git, self._layout)
        kept, barred = [], set()
        for item in leftovers.items:
            why = self._claim(item, left, attempts)
            if why:
                kept.append(_stays(item, why))
                barred |= {(one.task_id, one.number) for one in leftovers.items if _goes_along(one, item)}
        going = [item for item in leftovers.items if (item.task_id, item.number) not in barred]
        for kind in _ORDER[1:]:
            kept += self._take(kind, [item for item in going if item.kind == kind], left)
        return tuple(kept)

    def _claim(self, item: Leftover, left: Mapping[TaskId, Traces], attempts: AttemptFiles) -> str:
        """Take a branch away, or see that an attempt is over for good; answer why that cannot be."""
        if item.kind == "branch":
            why = branches.why_kept(self._git, item.task_id, item.commit)
            return why or branches.delete(self._git, branch_ref(item.task_id), item.commit)
        if item.kind != "attempt":
            return ""
        mine = left.get(item.task_id, Traces()).attempts
        attempt = mine.get(item.number)
        key = AttemptKey(item.task_id, item.number)
        if attempt is not None and attempt.phase is Phase.ORDERED and not attempts.fence(key, "pruned"):
            return "it has just been started"
        used = in_use(attempt, self._layout.attempt(item.task_id, item.number))
        return "" if used is None else used[0]

    def _take(self, kind: str, items: Sequence[Leftover], left: Mapping[TaskId, Traces]) -> Iterator[Kept]:
        if kind == "reference" and items and self._all_at_once(items):
            return
        for item in items:
            if kind == "reference":
                why = branches.delete(self._git, item.name, item.commit)
            else:
                why = self._delete(item, left)
            if why:
                yield _stays(item, why)

    def _all_at_once(self, items: Sequence[Leftover]) -> bool:
        """Delete references in one step; False where one of them is not as it was, and then none is gone."""
        asked = "".join(f"delete {item.name} {item.commit}\n" for item in items)
        return not self._git.run("update-ref", "--stdin", stdin=asked.encode(), codes=range(256)).code

    def _delete(self, item: Leftover, left: Mapping[TaskId, Traces]) -> str:
        """Delete files and folders; answer why they are still there."""
        path = self._layout.home / item.name
        mine = left.get(item.task_id, Traces()).trees
        places = mine.get(item.number, []) if item.kind == "workspace" else [path]
        above = [folder for folder in path.parents if folder.is_relative_to(self._layout.home)]
        if not all(is_folder(folder) for folder in above if folder.exists()):
            return "a link is in its way"
        try:
            for place in places:
                bury(place, self._layout.work)
        except OSError as exc:
            return f"it cannot be removed: {exc.strerror}"
        if item.kind in {"workspace", "attempt"}:
            for folder in above[:2]:
                with suppress(OSError):  # there is more in it
                    folder.rmdir()
        return ""


def _rank(item: Leftover) -> tuple[str, int, int, str]:
    return item.task_id, _ORDER.index(item.kind), item.number, item.name


def _goes_along(one: Leftover, other: Leftover) -> bool:
    """Whether a thing stays where another one does: of the same attempt, or on the commit of a branch."""
    if one.task_id != other.task_id or not one.number:
        return False
    return one.number == other.number if other.number else one.commit == other.commit


def _stays(item: Leftover, why: str) -> Kept:
    return Kept(task_id=item.task_id, name=item.name, why=why)
