"""Crashes between any two effects: whoever goes on comes to the same end, and starts none twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from specrun.core.contract import Check, Contract, Judge, Rewind
from specrun.core.task import Condition, Desired, Retry
from specrun.core.world import CarriedFile
from specrun.ports import AttemptKey, Work
from tests.core.make import desired, task, tid
from tests.fakes import Crash, State
from tests.reconcile.drive import Codes, Left, run_to_rest

MANY = 10_000


@dataclass(frozen=True)
class Story:
    """What is wanted, one after the other, and how things end; `trees` says what attempts of a leave."""

    wanted: tuple[Desired, ...]
    codes: Codes = field(default_factory=dict)
    left: Left = field(default_factory=dict)
    trees: int = 0

    def begin(self, crash_in: int) -> State:
        """Answer the world at the start."""
        work = {
            AttemptKey(tid("a"), number): Work(
                commit=f"{number:040d}", carried=(CarriedFile("f", "100644", f"{number:040d}"),)
            )
            for number in range(1, self.trees + 1)
        }
        return State(work=work, crash_in=crash_in)

    def tell(self, state: State, every: int | None = None) -> int:
        """Bring the world to rest, with a fresh runtime after each crash, and count these.

        A crash is followed by another `every` so many effects.
        """
        crashes = 0
        for wanted in self.wanted:
            while True:
                try:
                    run_to_rest(replace(wanted, memo={}), state, self.codes, left=self.left)
                    break
                except Crash:
                    state.crash_in = every
                    crashes += 1
        return crashes


CHECKS = (Check(name="test", run="true"), Check(name="lint", run="true"))
PROVEN = task("a", contract=Contract(checks=CHECKS), retry=Retry(limit=1))
VERDICTS: Left = {
    "review": [{"verdict": word, "tail": f"because {n}"} for n, word in enumerate(("no", "no", "yes"))]
}


def judged(*checks: Check) -> Desired:
    """A task, one that builds on it, and a judge of both that sends the first back."""
    judge = Judge(passing=("yes",), failing=("no",), rewind=Rewind(to="a", limit=2))
    review = task("review", "a", "b", contract=Contract(judge=judge))
    return desired(task("a", contract=Contract(checks=checks)), task("b", "a"), review)


TWICE = Retry(limit=2)
CHAIN = (task("a"), task("b", "a"))
EDITED = (task("a", prompt="echo else"), CHAIN[1])
LATER = Condition(text="tasks.a.output", met=None)
ASKED = (task("a"), task("b", "a", when=LATER), task("c", "b"), task("d", "b", when=LATER))


def renamed(one: str, other: str, moved: tuple[tuple[str, str], ...] = (), **fields: Any) -> Desired:
    """The two of a chain under other ids."""
    first = replace(task(one, prompt="echo a"), **fields)
    return desired(first, task(other, one, prompt="echo b"), spec={"moved": moved})


def renamed_judge() -> Desired:
    """All three of them under other ids."""
    names = {"a": "x", "b": "y", "review": "critic"}
    judge = Judge(passing=("yes",), failing=("no",), rewind=Rewind(to="x", limit=2))
    tasks = [
        task(names[one.name], *(names[edge.upstream[2:]] for edge in one.edges), prompt=one.prompt)
        for one in judged().tasks.values()
    ]
    return desired(
        *(replace(one, contract=Contract(judge=judge)) if one.name == "critic" else one for one in tasks)
    )


STORIES = {
    "two checks": Story((desired(PROVEN),)),
    "a check that fails once": Story((desired(PROVEN),), codes={"a:lint": [1, 0]}),
    "a judge that approves the third time": Story((judged(),), left=VERDICTS, trees=3),
    "with checks in between": Story((judged(*CHECKS[:1]),), left=VERDICTS, trees=3),
    "a judge that never approves": Story((judged(),), left={"review": [{"verdict": "no"}]}, trees=4),
    "a second rework that changes nothing": Story((judged(),), left={"review": [{"verdict": "no"}]}, trees=1),
    "checks that are edited": Story(
        (desired(task("a")), desired(PROVEN), desired(task("a", contract=Contract(checks=CHECKS[:1])))),
        codes={"a:lint": [1]},
    ),
    "two that are renamed": Story((desired(*CHAIN), renamed("x", "y"), renamed("z", "y"))),
    "one that is renamed and edited": Story(
        (desired(*CHAIN), renamed("x", "b", prompt="echo else", moved=(("a", "x"),))), codes={"x": [1]}
    ),
    "a failure that is renamed": Story(
        (desired(replace(CHAIN[0], retry=TWICE), CHAIN[1]), renamed("x", "b", retry=TWICE)), codes={"a": [1]}
    ),
    "one that is removed": Story((desired(*CHAIN), desired(CHAIN[0], spec={"removed": ("b",)}))),
    "a judge and its target that are renamed": Story(
        (judged(), renamed_judge()), left={"review": [{"verdict": "no"}]}, trees=4
    ),
    "one that is withheld, edited and let go": Story(
        (desired(*CHAIN), renamed("a", "b", prompt="echo else", enabled=False), desired(*EDITED))
    ),
    "a condition that an upstream decides": Story((desired(*ASKED),), left={"a": [{"output": "yes"}]}),
}


def end(state: State) -> dict[str, Any]:
    """Answer what has to be the same, whatever happened on the way."""
    return {
        name: (
            run.status,
            run.reason,
            run.verdict,
            run.commit,
            run.branch,
            run.moved_from,
            [(one.number, one.generation, one.round, one.status) for one in run.attempts],
            [(check.name, check.commit, check.reason) for check in run.checks],
            [(one.target, one.verdict, one.feedback) for one in run.rounds],
        )
        for name, run in state.runs.items()
    }


def compare(calm: State, state: State, when: str) -> None:
    assert end(state) == end(calm), when
    assert max(Counter(state.started).values()) == 1, when
    assert sorted(map(str, state.started)) == sorted(map(str, calm.started)), when


def undisturbed(story: Story) -> tuple[State, int]:
    """Answer how a story ends when nothing happens to it, and its number of effects."""
    calm = story.begin(MANY)
    story.tell(calm)
    assert calm.crash_in is not None
    return calm, MANY - calm.crash_in


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_a_crash_at_any_effect_changes_nothing_in_the_end(story: Story) -> None:
    calm, effects = undisturbed(story)
    for moment in range(effects):
        state = story.begin(moment)
        story.tell(state)
        assert state.crash_in is None
        compare(calm, state, f"crashed at effect {moment}")


@pytest.mark.parametrize("every", [13, 17, 23])
@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_crashes_again_and_again_change_nothing_in_the_end(story: Story, every: int) -> None:
    calm, _ = undisturbed(story)
    state = story.begin(every)
    crashes = story.tell(state, every)
    assert crashes
    compare(calm, state, f"crashed {crashes} times")


def test_the_stories_end_as_they_are_called() -> None:
    told = {}
    for name, story in STORIES.items():
        state = story.begin(MANY)
        story.tell(state)
        told[name] = {key.partition("/")[2]: (str(run.status), run.reason) for key, run in state.runs.items()}
    good = ("succeeded", "")
    assert told == {
        "two checks": {"a": good},
        "a check that fails once": {"a": good},
        "a judge that approves the third time": {"a": good, "b": good, "review": good},
        "with checks in between": {"a": good, "b": good, "review": good},
        "a judge that never approves": {"a": good, "b": good, "review": ("failed", "verdict: no")},
        "a second rework that changes nothing": {
            "a": good,
            "b": good,
            "review": ("failed", "round 2 changed nothing"),
        },
        "checks that are edited": {"a": good},
        "two that are renamed": {"z": good, "y": good},
        "one that is renamed and edited": {"x": ("failed", "exit code 1"), "b": good},
        "a failure that is renamed": {"x": ("failed", "exit code 1")},
        "one that is removed": {"a": good},
        "a judge and its target that are renamed": {
            "x": good,
            "y": good,
            "critic": ("failed", "verdict: no"),
        },
        "one that is withheld, edited and let go": {"a": good, "b": good},
        "a condition that an upstream decides": {"a": good, "b": good, "c": good},
    }


def test_renames_start_nobody_in_these_stories() -> None:
    for name in (
        "two that are renamed",
        "a failure that is renamed",
        "a judge and its target that are renamed",
    ):
        state = STORIES[name].begin(MANY)
        replace(STORIES[name], wanted=STORIES[name].wanted[:1]).tell(state)
        before = list(state.started)
        STORIES[name].tell(state)
        assert state.started == before, name
