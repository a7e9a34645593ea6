"""The graphs of work that every contestant gets: a chain, a fan-out and layers, as plain values."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One unit of work: it sleeps for `seconds`, or is a no-op; it begins after all of `after` have ended."""

    name: str
    seconds: float = 0.0
    after: tuple[str, ...] = ()

    @property
    def command(self) -> str:
        """The same shell command for everybody."""
        return f"sleep {self.seconds:g}" if self.seconds else "true"


Graph = Sequence[Step]


def chain(length: int) -> list[Step]:
    """No-ops, one after the other."""
    return [
        Step(name=f"s{number:03}", after=(f"s{number - 1:03}",) if number else ()) for number in range(length)
    ]


def fan_out(width: int) -> list[Step]:
    """No-ops that know nothing of each other."""
    return [Step(name=f"s{number:03}") for number in range(width)]


def layers(depth: int, width: int, seed: int) -> list[Step]:
    """Steps of 0.1 to 0.5 s, each after two of the layer above, chosen at random but the same for a seed."""
    chance = random.Random(seed)
    steps: list[Step] = []
    above: list[str] = []
    for layer in range(depth):
        names = [f"l{layer:02}s{number:02}" for number in range(width)]
        for name in names:
            after = tuple(sorted(chance.sample(above, 2))) if above else ()
            steps.append(Step(name=name, seconds=round(chance.uniform(0.1, 0.5), 3), after=after))
        above = names
    return steps


def tails(graph: Graph) -> Mapping[str, float]:
    """Answer, for every step, the seconds of the longest path that begins with it."""
    found = {step.name: step.seconds for step in graph}
    for step in reversed(graph):
        for name in step.after:
            seconds = next(one.seconds for one in graph if one.name == name)
            found[name] = max(found[name], seconds + found[step.name])
    return found


def lower_bound(graph: Graph, workers: int) -> float:
    """Seconds that no schedule can beat: the longest path, or all work spread evenly over the workers."""
    longest = max(tails(graph).values())
    return max(longest, sum(step.seconds for step in graph) / workers)


def simulated(graph: Graph, workers: int, rank: Mapping[str, float]) -> float:
    """Seconds of a schedule without any overhead that always starts the ready step of the highest rank."""
    clock, waiting, done = 0.0, list(graph), set[str]()
    running: list[tuple[float, str]] = []
    while waiting or running:
        ready = [step for step in waiting if done.issuperset(step.after)]
        for step in sorted(ready, key=lambda one: (-rank[one.name], one.name))[: workers - len(running)]:
            waiting.remove(step)
            running.append((clock + step.seconds, step.name))
        clock, name = min(running)
        running.remove((clock, name))
        done.add(name)
    return clock
