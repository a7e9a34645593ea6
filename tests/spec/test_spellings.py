"""Whatever way a spec is written, it wants the same; only values make a difference."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from specrun.core.fingerprint import fingerprint
from specrun.core.task import Spec, Task
from specrun.core.world import Fingerprint
from specrun.errors import Where
from tests.spec.corpus import loaded, make_repo, write
from tests.spec.spellings import Speller

TEXTS = [
    "Write it down",
    "x",
    "yes",
    "1.50",
    "null",
    'it\'s "so": [or {not}] # no comment',
    "trail ",
    " lead",
    "é ü",
    "two\nlines",
    "two\nlines\n",
    "a\n\n  b\n\nc\n",
    "end\n\n",
    "Do {{ vars.who }} over {{ vars['port'] }}.",
    "{% if vars.port > 3 %}ports\n{% endif %}and so on\n",
    "{% include 'prompts/good.md.j2' %}",
]
WHENS = ["true", "vars.port > 3", "{{ vars.port > 3 }}", "not\n(vars.port > 3)\n", True, False]
LEVEL: dict[str, st.SearchStrategy[Any]] = {
    "timeout": st.sampled_from(["30m", "none"]),
    "retry": st.sampled_from([{"limit": 2}, {"limit": 1, "on": ["error", "timeout"], "delay": "10s"}]),
    "env": st.sampled_from([{"A": "1", "B": "yes"}, {"A": "it's"}, {}]),
    "secrets": st.sampled_from([["X", "Y"], ["Y"]]),
    "permissions": st.sampled_from([{"mode": "full"}, {"allow": ["Bash(make test)"], "deny": ["b"]}]),
    "checks": st.sampled_from([[], [{"name": "types", "run": "mypy .\nruff ."}]]),
    "protect": st.sampled_from([["tests/**", "!docs"], []]),
    "max_turns": st.integers(1, 9),
    "inherit_config": st.booleans(),
}
TASK: dict[str, st.SearchStrategy[Any]] = {
    **LEVEL,
    "title": st.sampled_from(TEXTS),
    "labels": st.sampled_from([["b", "a"], []]),
    "domain": st.just("d"),
    "priority": st.integers(-2, 2),
    "rerun": st.sampled_from([1, "1", True, "again", 2.5]),
    "reads": st.sampled_from([["src/**", "docs"], ["*.md"]]),
    "touches": st.sampled_from([["src/**"], ["docs", "src"]]),
    "outputs": st.sampled_from([{"type": "object", "required": ["n"]}, {"enum": ["yes", 1, None]}]),
    "when": st.sampled_from(WHENS),
    "enabled": st.booleans(),
    "freeze": st.booleans(),
}
USUAL: dict[str, Any] = {
    "timeout": "1h",
    "idle_timeout": "none",
    "log_limit": "64MiB",
    "workspace": "clone",
    "env": {},
    "secrets": [],
    "permissions": {"mode": "edit", "allow": [], "deny": []},
    "checks": [],
    "inherit_config": False,
    "retry": {
        "limit": 0,
        "on": ["check_failed", "timeout", "error"],
        "delay": "0s",
        "factor": 1,
        "jitter": 0,
        "strategy": "fresh",
    },
}
USUAL_OF_TASKS: dict[str, Any] = {
    "title": "", "description": "", "labels": [], "priority": 0, "enabled": True, "freeze": False, "with": {},
    "depends_on": [], "rerun": None, "when": True,
}  # fmt: skip
HERE = Where("here")
# Not shrunk: each try starts two processes, and the values that differ say enough.
SLOW = settings(max_examples=30, phases=[Phase.explicit, Phase.reuse, Phase.generate])


@st.composite
def specs(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a spec with a few tasks, one domain and defaults."""
    tasks: dict[str, Any] = {}
    for number in range(draw(st.integers(1, 4))):
        own = draw(st.fixed_dictionaries({"prompt": st.sampled_from(TEXTS)}, optional=TASK))
        if tasks:
            some = draw(st.lists(st.sampled_from(sorted(tasks)), unique=True))
            details = st.sampled_from([{}, {"on": "finished"}, {"carry": "output"}])
            own["depends_on"] = some if draw(st.booleans()) else {name: draw(details) for name in some}
        tasks[f"t{number}"] = own
    domain = draw(st.fixed_dictionaries({}, optional=LEVEL))
    shared = draw(st.fixed_dictionaries({}, optional=LEVEL))
    vars_: dict[str, Any] = {"who": draw(st.sampled_from(TEXTS[:9])), "port": draw(st.integers(1, 9))}
    head = {"version": 1, "name": "demo", "agent": "claude", "vars": vars_, "domains": {"d": domain}}
    return {**head, **shared, "tasks": tasks}


def spelled_out(spec: Mapping[str, Any], chance: Random) -> dict[str, Any]:
    """Answer a spec that says here and there what holds anyhow."""
    more = copy.deepcopy(dict(spec))
    for key, usual in USUAL.items():
        if key not in more and chance.random() < 0.5:
            more[key] = usual
    if "retry" in more:
        more["retry"] = {**USUAL["retry"], **more["retry"]}
    for task in more["tasks"].values():
        for key, usual in USUAL_OF_TASKS.items():
            if key not in task and chance.random() < 0.5:
                task[key] = usual
        edges = task.get("depends_on", {})
        if isinstance(edges, list):
            details = [None, {}, {"on": "succeeded"}, {"carry": "all", "on": "succeeded"}]
            task["depends_on"] = {name: chance.choice(details) for name in reversed(edges)}
    return more


def meaning(text: str, file: str = "specs/demo.yaml") -> tuple[dict[str, Task], Spec, dict[str, Fingerprint]]:
    """Answer what a spec wants, but for where it stands."""
    with tempfile.TemporaryDirectory() as folder:
        desired = loaded(write(make_repo(Path(folder)), text, file)).desired
    tasks = {task.name: replace(task, where=HERE) for task in desired.tasks.values()}
    taken = {name: fingerprint(task, task.prompt, {}, {}) for name, task in tasks.items()}
    return tasks, replace(desired.specs["demo"], path=""), taken


@SLOW
@given(specs(), st.randoms(use_true_random=False))
def test_how_it_is_written_makes_no_difference(spec: dict[str, Any], chance: Random) -> None:
    wanted = meaning(Speller(Random(0)).text(spec))
    assert meaning(Speller(chance).text(spec), "orchestration.yaml") == wanted


@SLOW
@given(specs(), st.randoms(use_true_random=False))
def test_what_holds_anyhow_may_be_said(spec: dict[str, Any], chance: Random) -> None:
    assert meaning(Speller(chance).text(spelled_out(spec, chance))) == meaning(Speller(chance).text(spec))
