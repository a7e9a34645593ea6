"""The long version of tests/torture: kills at many random moments, in as many repos as that takes."""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.contest import show
from tests import processes
from tests.poll import until
from tests.torture import torment
from tests.torture.arena import Arena
from tests.torture.judge import complaints


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Who is killed, and after how many changed files at most."""

    name: str
    act: Callable[[Arena, random.Random, int, int], int]
    executor: str
    spread: int


SCENES = (
    Scene(name="specrun, process", act=torment.specruns, executor="process", spread=24),
    Scene(name="specrun, tmux", act=torment.specruns, executor="tmux", spread=24),
    Scene(name="shims, process", act=torment.shims, executor="process", spread=60),
    Scene(name="shims, tmux", act=torment.shims, executor="tmux", spread=60),
    Scene(name="fork servers", act=torment.forkservers, executor="process", spread=60),
    Scene(name="tmux servers", act=torment.servers, executor="tmux", spread=60),
)


@dataclass(slots=True, kw_only=True)
class Tally:
    """What came of one scene."""

    kills: int = 0
    repos: int = 0
    lost: int = 0
    wrong: list[str] = field(default_factory=list)


def main() -> int:
    """Play the scenes and sum up each in one line; answers 1 when anything came out wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50, help="per scene (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of moments and graphs (%(default)s)")
    parser.add_argument("--only", default="", metavar="WORD", help="scenes whose name contains this")
    parser.add_argument("--keep", action="store_true", help="leave the repos that came out wrong")
    asked = parser.parse_args()
    wrong = False
    for scene in SCENES:
        if asked.only in scene.name and (scene.executor != "tmux" or shutil.which("tmux")):
            began = time.monotonic()
            tally = _play(scene, asked.kills, asked.seed, keep=asked.keep)
            wrong |= bool(tally.wrong)
            _print(scene, tally, time.monotonic() - began)
    return int(wrong)


def _play(scene: Scene, kills: int, seed: int, *, keep: bool) -> Tally:
    tally = Tally()
    chance = random.Random(seed)
    while tally.kills < kills:
        show(f"{scene.name}: {tally.kills} of {kills} kills")
        folder = Path(tempfile.mkdtemp(prefix="specrun-torture-"))
        graph = chance.randrange(1_000_000)
        wrong = _repo(scene, tally, folder, chance, (graph, kills - tally.kills))
        tally.wrong += [f"graph {graph}, {folder}: {one}" for one in wrong]
        if not (wrong and keep):
            shutil.rmtree(folder, ignore_errors=True)
    return tally


def _repo(
    scene: Scene, tally: Tally, folder: Path, chance: random.Random, order: tuple[int, int]
) -> list[str]:
    """Run one graph in peace and once more under fire; answers what differs."""
    graph, kills = order
    peaceful = Arena(folder / "peaceful", graph, scene.executor)
    peace = peaceful.finish()
    arena = Arena(folder / "arena", graph, scene.executor)
    try:
        tally.kills += scene.act(arena, chance, kills, scene.spread)
        tally.repos += 1
        tally.lost += sum(record["status"] == "lost" for record in arena.records().values())
        wrong = [f"an undisturbed apply answers {peace}"] if peace else []
        wrong += (
            complaints(arena, peaceful.records(), losses=scene.act is torment.shims)
            + _recovered(arena)
            + _leftovers(folder)
        )
    finally:
        torment.tidy(arena)
        torment.tidy(peaceful)
    return wrong


def _recovered(arena: Arena) -> list[str]:
    """Let what was lost be done again; answers who still has not succeeded."""
    code = arena.finish("--retry-failed")
    bad = [name for name, record in arena.records().items() if record["status"] != "succeeded"]
    return [f"after --retry-failed (exit code {code}): {bad}"] if code or bad else []


def _leftovers(folder: Path) -> list[str]:
    """Answer which processes of the repo outlive it, and end them."""
    try:
        until(lambda: not processes.left_behind(folder), timeout=10)
    except AssertionError:
        left = processes.left_behind(folder)
        told = [f"process {pid} is left: {_command_line(pid)}" for pid in left]
        processes.end(left)
        return told
    return []


def _command_line(pid: int) -> str:
    shown = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout.strip()


def _print(scene: Scene, tally: Tally, seconds: float) -> None:
    show("")
    verdict = f"{len(tally.wrong)} WRONG" if tally.wrong else "nothing wrong"
    print(
        f"{scene.name}: {tally.kills} kills in {tally.repos} repos of 12 tasks, "
        f"{tally.lost} recorded as lost, {verdict}, {seconds:.0f} s"
    )
    for one in tally.wrong:
        print(f"  {one}")


if __name__ == "__main__":
    sys.exit(main())
