"""Decides whether a tormented run came out as an undisturbed one does."""

from __future__ import annotations

from collections.abc import Mapping

from specrun.core.task import Json
from specrun.store.records import equal_records
from tests.torture.arena import SPEC, Arena, Plot

Records = Mapping[str, dict[str, Json]]


def complaints(arena: Arena, peaceful: Records, *, losses: bool = False) -> list[str]:
    """Answer everything that is wrong; nothing for a run that is as good as the peaceful one.

    With `losses`, tasks on record as lost are as they should be.
    """
    records = arena.records()
    lost = {name for name, record in records.items() if losses and record["status"] == "lost"}
    found: list[str] = []
    spoiled: set[str] = set()
    for plot in arena.plots:
        if plot.name in lost or spoiled.intersection(plot.after):
            spoiled.add(plot.name)
            found += _interrupted(arena, plot, lost)
        else:
            found += _complete(arena, plot, records, peaceful)
    return found + _tidy(arena)


def _interrupted(arena: Arena, plot: Plot, lost: set[str]) -> list[str]:
    """A lost task may have left its effect, one behind it may not even have begun."""
    most = 1 if plot.name in lost else 0
    count = arena.counted(plot.name)
    return [f"{plot.name} ran {count} times, at most {most} expected"] if count > most else []


def _complete(arena: Arena, plot: Plot, records: Records, peaceful: Records) -> list[str]:
    found = []
    count = arena.counted(plot.name)
    if count != 1:
        found.append(f"{plot.name} ran {count} times")
    record = records.get(plot.name)
    if record is None:
        return [*found, f"{plot.name} has no record"]
    if not equal_records(record, peaceful[plot.name]):
        found.append(f"{plot.name} has another record: {record} instead of {peaceful[plot.name]}")
    if plot.clone and arena.git("cat-file", "-e", f"specrun/{SPEC}/{plot.name}:{plot.name}.txt").returncode:
        found.append(f"{plot.name} has a branch without its work")
    return found


def _tidy(arena: Arena) -> list[str]:
    """Nothing but results is new in the repo, and git is not left locked."""
    status = arena.git("status", "--porcelain", "--untracked-files=all").stdout.splitlines()
    good = {f"?? results/{SPEC}/{name}" for name in ["SUMMARY.md", *(f"{p.name}.json" for p in arena.plots)]}
    strangers = [line for line in status if line not in good]
    locks = sorted(str(path) for path in (arena.root / ".git" / "refs").rglob("*.lock"))
    return [f"left in the repo: {one}" for one in strangers + locks]
