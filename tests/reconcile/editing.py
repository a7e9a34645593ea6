"""Edits specs at random as people do, and whatever else they do to a repo between two applies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from specrun.core.change import Action, Plan
from specrun.core.contract import Check, Contract, Judge, Rewind
from specrun.core.task import Carry, Condition, Desired, Edge, Json, Retry, Task, TaskId, split_id
from specrun.core.world import CarriedFile, Mark, Phase, Run
from specrun.ports import AttemptKey, Work
from specrun.reconcile.loop import Progress
from specrun.reconcile.runtime import Runtime
from specrun.reconcile.tick import decide
from tests.core.make import desired, edge, task, tid
from tests.fakes import Clock, FakePrompts, FakeWorkspaces, State, runtime
from tests.reconcile.drive import Ends, rest

LATER = Condition(text="tasks.x.output", met=None)
MARK = Mark(reason="shipped", by="", at=1.0)
WHENS = [None, None, LATER, *(Condition(text="vars.x", met=met) for met in (True, False))]


class Showing(FakePrompts):
    """Shows the branches of upstreams; conditions hold by chance, the same one for the same commits."""

    def render(self, task: Task, upstreams: Mapping[TaskId, Run], previous: Mapping[str, Json] | None) -> str:
        shown = [link.upstream for link in task.edges if link.carry is Carry.ALL]
        return " ".join(f"see {upstreams[name].branch}" for name in shown) + f" for {task.title}"

    def condition(self, task: Task, upstreams: Mapping[TaskId, Run]) -> Condition:
        luck = Random("".join(str(run.commit) for run in upstreams.values()))
        return replace(LATER, met=luck.random() < 0.5)


@dataclass
class Chance(Ends):
    """Lets who is at work end somehow, and leave some files."""

    luck: Random = field(default_factory=Random)

    def end(self, key: AttemptKey) -> None:
        blob = self.luck.choice("0123") * 40
        files = tuple(CarriedFile(path, "100644", blob) for path in ("f", "g") if self.luck.random() < 0.3)
        whole = AttemptKey(key.task_id, key.number)
        if not key.check:
            self.state.work[whole] = Work(commit=f"{key.task_id}-{key.number}", carried=files)
        verdict = self.luck.choice(["yes", "no"]) if self.state.orders[whole].contract.judge else None
        code = self.luck.choice([0, 0, 0, 1])
        self.state.end(key, code, **({"verdict": verdict, "tail": "because"} if verdict else {}))


@dataclass
class Repo:
    """Specs under edit, the world that they are applied to, and the files of the code base."""

    luck: Random
    state: State = field(default_factory=State)
    tasks: dict[TaskId, Task] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    trunk: dict[str, str] = field(default_factory=dict)
    clock: Clock = field(default_factory=Clock)
    count: int = 0

    def wanted(self, **fields: Any) -> Desired:
        """The specs as they are."""
        past = tuple(sorted((old, new) for old, new in self.moved.items() if tid(new) in self.tasks))
        gone = tuple(sorted(self.removed))
        return desired(*self.tasks.values(), spec={"moved": past, "removed": gone}, **fields)

    def runtime(self, **fields: Any) -> Runtime:
        """What an apply would work with."""
        made = replace(runtime(self.wanted(**fields), self.state, self.clock), prompts=Showing())
        assert isinstance(made.workspaces, FakeWorkspaces)
        made.workspaces.trunk = dict(self.trunk)
        return made

    def apply(self, **fields: Any) -> list[Progress]:
        """Converge; answer every turn."""
        self.clock.now += 10
        return rest(self.runtime(**fields), Chance(self.state, self.clock, luck=self.luck))

    def plan(self, **fields: Any) -> Plan:
        """What an apply would do."""
        self.clock.now += 10
        return decide(self.runtime(**fields))[1]

    def fresh(self) -> str:
        """Answer an id that nothing has had yet."""
        self.count += 1
        return f"t{self.count}"

    def add(self) -> None:
        """Write one more task, which may build on some of those that are there."""
        above = self.luck.sample(sorted(self.tasks), min(len(self.tasks), self.luck.randrange(3)))
        edges = tuple(edge(f"{split_id(one)[1]}:{self.luck.choice(HOW)}") for one in sorted(above))
        name = self.fresh()
        self.tasks[tid(name)] = replace(
            task(name, prompt=f"echo {name} first", retry=Retry(limit=self.luck.randrange(2))),
            edges=edges,
            prompt=self.luck.choice([None, f"echo {name}"]) if edges else f"echo {name}",
            title=name,
            contract=self.contract(edges),
            reads=self.luck.choice([(), ("f",), ("**",)]),
        )

    def contract(self, edges: tuple[Edge, ...]) -> Contract:
        """Nothing, a check, or a judge of somebody above."""
        kinds = [Contract(), Contract(checks=(Check(name="test", run="true"),))]
        carrying = [link.upstream for link in edges if link.carry is Carry.ALL]
        if carrying:
            back = Rewind(to=split_id(self.luck.choice(carrying))[1], limit=2)
            kinds.append(Contract(judge=Judge(passing=("yes",), failing=("no",), rewind=back)))
        return self.luck.choice(kinds)

    def rename(self, name: TaskId, *, declared: bool) -> None:
        """Give a task another id, everywhere in the spec; only the very same work is known without a word."""
        kept = {one.task_id for one in self.plan().decisions if one.action is Action.REUSE}
        old, new = split_id(name)[1], self.fresh()
        self.tasks = {
            tid(new) if one == name else one: _following(self.tasks[one], old, new) for one in self.tasks
        }
        if declared or self.tasks[tid(new)].prompt is None or name not in kept or old in self.moved.values():
            self.moved = {former: new if last == old else last for former, last in self.moved.items()}
            self.moved[old] = new

    def remove(self, name: TaskId, *, declared: bool) -> None:
        """Take a task out of the spec, and whatever names it."""
        old = split_id(name)[1]
        del self.tasks[name]
        for one in list(self.tasks.values()):
            edges = tuple(link for link in one.edges if link.upstream != name)
            if len(edges) < len(one.edges):
                self.tasks[one.id] = replace(
                    one, edges=edges, contract=Contract(), prompt=f"echo alone {self.fresh()}"
                )
        self.removed |= {old} - {*self.moved, *self.moved.values()} if declared else set()

    def edit(self, name: TaskId, **fields: Any) -> None:
        """Change something about a task."""
        self.tasks[name] = replace(self.tasks[name], **fields)

    def merged(self) -> None:
        """Take some of what tasks have left into the code base."""
        left = [run.carried or () for _, run in sorted(self.state.runs.items())]
        for file in self.luck.choice(left) if left else ():
            self.trunk[file.path] = f"{file.mode} {file.blob}"

    def marked(self, **fields: Any) -> None:
        """Change something about one of the records."""
        if self.state.runs:
            name = self.luck.choice(sorted(self.state.runs))
            self.state.runs[name] = replace(self.state.runs[name], **fields)

    def settled(self) -> Iterator[TaskId]:
        """Answer the tasks that nobody works on."""
        return (
            name
            for name in sorted(self.tasks)
            if all(one.phase is Phase.COLLECTED for one in self.state.attempts.get(name, ()))
        )


HOW = ["succeeded:all", "succeeded:all", "succeeded:output", "finished:all", "failed:all", "succeeded:none"]


def _following(one: Task, old: str, new: str) -> Task:
    """Answer a task in which another, or it itself, has got another id."""
    rewind = one.contract.judge.rewind if one.contract.judge else None
    contract = one.contract
    if contract.judge is not None and rewind is not None and rewind.to == old:
        contract = replace(contract, judge=replace(contract.judge, rewind=replace(rewind, to=new)))
    return replace(
        one,
        id=tid(new) if one.name == old else one.id,
        edges=tuple(
            replace(link, upstream=tid(new)) if link.upstream == tid(old) else link for link in one.edges
        ),
        contract=contract,
    )
