"""Finds out what a first spec stands on, decides what is not said, and makes the files that belong to it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from specrun import wiring
from specrun.agents import KEYS
from specrun.commands.questions import asked
from specrun.core.agent import Price, Traits
from specrun.core.program import program_of
from specrun.core.task import Task
from specrun.errors import InvalidSpec, Refused, UsageProblem
from specrun.ports import Agent
from specrun.spec.defaults import Defaults, defaults, tried
from specrun.spec.detect import Detection
from specrun.spec.fields import ID
from specrun.spec.find import ROOT_SPEC, SETTINGS, Refusal, read, spec_files
from specrun.spec.published import schema_text
from specrun.spec.starting import DOMAIN, SCHEMAS, TEMPLATE, TEMPLATE_TEXT, Start, place
from specrun.spec.text import MAX_BYTES, quoted
from specrun.spec.vocabulary import meant
from specrun.store.founding import Sheet, ignoring
from specrun.store.git import Git, discover
from specrun.store.layout import Layout

CLONED = "install"
_PLAIN = "shell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A repo before its first spec: what its settings say, who could work, and why not in `tmux`, if so."""

    git: Git
    said: Defaults
    agents: Mapping[str, Agent]
    tmux: str

    @classmethod
    def of(cls, start: Path) -> Ground:
        """Look around. Raises EnvironmentProblem, and InvalidSpec for settings that mean nothing."""
        git = discover(start)
        said = defaults(git.root, agents=traits(wiring.agents(None)), executors=wiring.EXECUTORS)
        tmux = wiring.executors(Layout.of(git.root, os.environ))["tmux"].available()
        return cls(git=git, said=said, agents=wiring.agents(said), tmux=tmux)

    @property
    def root(self) -> Path:
        """The top folder of the working tree."""
        return self.git.root

    @property
    def committed(self) -> bool:
        """Whether there is a commit from which workers can start."""
        found = self.git.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}", codes=(0, 1, 128))
        return found.code == 0

    @property
    def specs(self) -> tuple[str, ...]:
        """The files of all specs that are there, whatever they hold."""
        found = ["specs"] if (self.root / "specs").is_dir() else []
        try:
            named = spec_files(self.root, found) if found else ()
        except UsageProblem:
            named = ()
        return ((ROOT_SPEC,) if (self.root / ROOT_SPEC).exists() else ()) + named

    def installed(self) -> tuple[str, ...]:
        """The agents that read words and whose program is here."""
        return tuple(
            name for name, agent in self.agents.items() if agent.traits.prose and shutil.which(agent.program)
        )


def traits(agents: Mapping[str, Agent]) -> dict[str, Traits]:
    """Answer what is known of agents."""
    return {name: agent.traits for name, agent in agents.items()}


def agent_of(ground: Ground, told: str | None, *, ask: bool, listed: bool) -> str:
    """Answer who is to work; a list (`listed`) is for an agent that reads words. Raises UsageProblem."""
    fitting = [name for name, agent in ground.agents.items() if agent.traits.prose or not listed]

    def wrong(name: str) -> str:
        if name in fitting:
            return ""
        if name in ground.agents:
            return f"{name} runs scripts, and a list of tasks is written in words"
        return f"there is no agent {quoted(name)}; fix: {meant(name, fitting)}"

    if told is not None:
        if why := wrong(told):
            what, _, fix = why.partition("; fix: ")
            raise UsageProblem(what, fix or f"write --agent {' or '.join(fitting[:4])}")
        return told
    here = ground.installed()
    default = ground.said.agent if ground.said.agent in fitting else ""
    default = default or next(iter(here), "") or ("claude" if listed else _PLAIN)
    choices = list(dict.fromkeys([default, *here, *([] if listed else [_PLAIN])]))
    if not ask or len(choices) == 1:
        return default
    return asked(f"Which agent does the work ({', '.join(choices)})?", default, wrong)


def name_of(ground: Ground, told: str | None, default: str, *, ask: bool) -> str:
    """Answer what the spec is to be called. Raises UsageProblem, and Refused for a name that is taken."""

    def wrong(name: str) -> str:
        return "" if re.fullmatch(ID, name) else f"{quoted(name)} is no name; write for example login-page"

    if told is not None and (why := wrong(told)):
        what, _, fix = why.partition("; ")
        raise UsageProblem(what, fix)
    name = told or (asked("What is the spec called?", default, wrong) if ask else default)
    taken = _taken(ground, name)
    if taken and taken != place(name):
        raise Refused(f"there is a spec {quoted(name)} in {taken} already", "choose another one with --name")
    return name


def _taken(ground: Ground, name: str) -> str:
    """Answer the file of a spec that has this name already, "" for none."""
    try:
        return spec_files(ground.root, [name])[0]
    except UsageProblem:
        return ""


def start_of(ground: Ground, agent: str) -> Start:
    """Answer what the first files are made from."""
    kind, source = Detection(ground.root).mark("") or ("", "")
    commands = Detection(ground.root).commands("", kind) if kind else {}
    known = ground.agents[agent].traits
    secret = next((name for name in KEYS.get(agent, ()) if os.environ.get(name)), "")
    return Start(
        agent=agent,
        prose=known.prose,
        priced=known.price is Price.REPORTED,
        secret=secret,
        kind=kind,
        source=source,
        commands=commands,
        checks=_proof(ground, kind, commands) if known.prose else (),
        domain="" if _said(ground) and DOMAIN not in ground.said.domains else DOMAIN,
    )


def _said(ground: Ground) -> bool:
    return os.path.lexists(ground.root / SETTINGS)


def _proof(ground: Ground, kind: str, commands: Mapping[str, str]) -> tuple[str | tuple[str, str], ...]:
    """Answer checks that can pass here: nothing where a test tool is missing, or would find nothing."""
    run = commands.get("test", "")
    program = program_of(run) if run else None
    if not run or (program is not None and shutil.which(program) is None):
        return ()
    if kind == "python" and b"test" not in ground.git.run("ls-files", "-z").out.lower():
        return ()
    if kind != "node":
        return ("test",)
    locked = isinstance(read(ground.root, "package-lock.json", 0), bytes)
    return ((CLONED, "npm ci" if locked else "npm install"), "test")


def surroundings(ground: Ground, start: Start) -> list[Sheet]:
    """Answer the files around a spec, in the order in which they are written."""
    return [
        ignoring(ground.git, SCHEMAS.split("/", maxsplit=1)[0]),
        *(
            Sheet(path=f"{SCHEMAS}/{kind}.schema.json", data=schema_text(kind).encode(), made=True)
            for kind in ("spec", "settings")
        ),
        Sheet(path=TEMPLATE, data=TEMPLATE_TEXT.encode()),
        Sheet(path=SETTINGS, data=_settings(ground, start)),
    ]


def _settings(ground: Ground, start: Start) -> bytes:
    """Answer the text of new settings; where there are specs already, they must go on to mean the same."""
    return (replace(start, prose=False) if ground.specs else start).settings().encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A spec that is to be written, and its tasks as they would load."""

    sheet: Sheet
    tasks: tuple[Task, ...]


def first_spec(ground: Ground, start: Start, name: str) -> Planned:
    """Answer a first spec that is valid beside the settings that there are. Raises InvalidSpec."""
    folder = name
    while os.path.lexists(ground.root / folder):
        folder += "-look"
    try:
        return trial(ground, start, place(name), start.spec(name, folder))
    except InvalidSpec:
        if not start.checks:
            raise
    # The settings may know the commands of the project otherwise.
    bare = replace(start, checks=())
    return trial(ground, bare, place(name), bare.spec(name, folder))


def trial(ground: Ground, start: Start, path: str, text: str) -> Planned:
    """Answer a spec and its tasks as they would load. Raises InvalidSpec."""
    sheet = Sheet(path=path, data=text.encode())
    settings = read(ground.root, SETTINGS, MAX_BYTES)
    if isinstance(settings, Refusal):
        settings = _settings(ground, start)
    written = {SETTINGS: settings, sheet.path: sheet.data}
    made = {TEMPLATE: TEMPLATE_TEXT.encode()}
    known = traits(wiring.agents(None))
    tasks = tried(ground.root, written, made, agents=known, executors=wiring.EXECUTORS)
    return Planned(sheet=sheet, tasks=tasks)


def lacking(ground: Ground, planned: Planned) -> list[str]:
    """Answer what the agents of a spec do not have: their program, or a key and the person's login."""
    told = {}
    for task in planned.tasks:
        agent = ground.agents[task.agent]
        if not shutil.which(agent.program):
            told[task.agent, ""] = f"{task.agent} is not on PATH here; specrun doctor tells what is missing."
        keys = KEYS.get(task.agent, ())
        if keys and not (task.inherit_config or set(keys) & set(task.secrets)):
            told[task.agent, "key"] = (
                f"{task.agent} gets neither your login nor a key: write `inherit_config: true` or "
                f"`secrets: [{keys[0]}]` in specrun.yaml."
            )
    return list(told.values())
