"""Specs that are edited in whatever way come to rest, and once they have nothing more is done for them."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from specrun.core.change import Action
from specrun.core.task import TaskId
from tests.core.make import tid
from tests.reconcile.editing import MARK, WHENS, Repo

Edit = Callable[[Repo, TaskId], object]
EDITS: dict[str, Edit] = {
    "add": lambda repo, _: repo.add(),
    "rename": lambda repo, name: repo.rename(name, declared=False),
    "declare": lambda repo, name: repo.rename(name, declared=True),
    "delete": lambda repo, name: repo.remove(name, declared=False),
    "remove": lambda repo, name: repo.remove(name, declared=True),
    "prompt": lambda repo, name: repo.edit(name, env={"X": repo.fresh()}),
    "back": lambda repo, name: repo.edit(name, env={}),
    "disable": lambda repo, name: repo.edit(name, enabled=repo.luck.random() < 0.5),
    "freeze": lambda repo, name: repo.edit(name, freeze=repo.luck.random() < 0.5),
    "when": lambda repo, name: repo.edit(name, when=repo.luck.choice(WHENS)),
    "merge": lambda repo, _: repo.merged(),
    "write": lambda repo, _: repo.trunk.update(f=f"100644 {repo.luck.choice('0123') * 40}"),
    "meddle": lambda repo, _: repo.marked(edited=repo.luck.random() < 0.5),
    "mark": lambda repo, _: repo.marked(frozen=repo.luck.choice([None, MARK])),
    "lose": lambda repo, _: repo.state.runs.pop(
        repo.luck.choice(sorted(repo.state.runs) or [tid("t1")]), None
    ),
    "ask": lambda repo, name: repo.state.grants.update({name: repo.fresh()}),
}


def edited(repo: Repo) -> str:
    """Do one thing to the repo and answer what."""
    kind = repo.luck.choice(sorted(EDITS)) if repo.tasks else "add"
    EDITS[kind](repo, repo.luck.choice(sorted(repo.tasks) or [tid("t1")]))
    return kind


def begun(seed: int) -> Repo:
    repo = Repo(Random(seed))
    for _ in range(repo.luck.randint(2, 5)):
        repo.add()
    repo.apply()
    return repo


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_every_edit_comes_to_rest_and_the_next_apply_has_nothing_to_do(seed: int) -> None:
    repo = begun(seed)
    for _ in range(8):
        told = edited(repo)
        names = sorted(repo.tasks)
        if repo.luck.random() < 0.3:
            repo.apply(only=frozenset(repo.luck.sample(names, len(names) // 2)))
        if repo.luck.random() < 0.2:
            repo.apply(replace=frozenset(names[:1]))
        repo.apply()
        before, started = dict(repo.state.runs), list(repo.state.started)
        made = repo.plan()
        assert made.changes == (), told
        assert all(one.idle for one in made.decisions), (told, made.decisions)
        assert len(repo.apply()) == 1
        assert (repo.state.runs, repo.state.started) == (before, started), told


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_a_rename_starts_nobody(seed: int) -> None:
    repo = begun(seed)
    for _ in range(5):
        edited(repo)
        repo.apply()
        started, held = list(repo.state.started), holds(repo)
        name = repo.luck.choice(sorted(repo.tasks) or [tid("t0")])
        if name in repo.tasks:
            repo.rename(name, declared=repo.luck.random() < 0.5)
            repo.apply()
        assert repo.state.started == started
        assert len(holds(repo)) == len(held)


def holds(repo: Repo) -> list[TaskId]:
    """Answer the tasks that are held; what somebody has asked for under a former id is lost."""
    repo.state.grants.clear()
    return [one.task_id for one in repo.plan().decisions if one.action is Action.HOLD]
