"""A spec and settings with every kind of mapping, and two values of each key that may stand there."""

from __future__ import annotations

import copy
from typing import Any

EVENT: dict[str, Any] = {
    "match": {"type": "end"},
    "success": True,
    "cost": {"add": "a"},
    "turns": {"add": 1},
    "tokens": {"input": {"add": "a"}},
    "result": {"set": "a"},
    "error": {"message": "a"},
    "denied": {"what": "a"},
}
AGENT: dict[str, Any] = {
    "argv": ["own"],
    "model_flag": "--model",
    "meter": {"events": [EVENT]},
    "permissions": {"read": [], "edit": [], "full": []},
}
SAMPLE: dict[str, Any] = {
    "spec": {
        "version": 1,
        "name": "demo",
        "agent": "claude",
        "vars": {"who": "world"},
        "domains": {"d": {}, "e": {}},
        "project": {
            "type": "python",
            "test": "t",
            "lint": "l",
            "build": "b",
            "paths": {"web": {"type": "node"}},
        },
        "models": {"rules": [{"match": ["routed"], "complexity": "low", "model": "haiku"}]},
        "budget": {"limit": "9 USD"},
        "moved": [{"from": "older", "to": "t"}],
        "tasks": {
            "up": {"prompt": "x", "checks": [], "agent": "own"},
            "plain": {"prompt": "x", "domain": "d"},
            "t": {
                "domain": "d",
                "complexity": "low",
                "workspace": "clone",
                "prompt": "Hello {{ vars.who }}, this is routed.",
                "depends_on": {"up": {}},
                "checks": [{"name": "own", "run": "x"}, "test", "lint", "build"],
                "retry": {"limit": 1},
                "permissions": {},
            },
            "j": {
                "prompt": "x",
                "checks": [],
                "depends_on": ["up", "t"],
                "workspace": "clone",
                "judge": {"pass": ["yes-sir"], "fail": ["no-sir"], "rewind": {"to": "t"}},
            },
        },
    },
    "settings": {"version": 1, "thresholds": {}, "agents": {"own": AGENT}},
}
TASK = ("spec", "tasks", "t")
OWN = ("settings", "agents", "own")
PLACES: dict[str, tuple[str | int, ...]] = {
    "spec": ("spec",),
    "settings": ("settings",),
    "domain": ("spec", "domains", "d"),
    "task": TASK,
    "edge": (*TASK, "depends_on", "up"),
    "judge": ("spec", "tasks", "j", "judge"),
    "rewind": ("spec", "tasks", "j", "judge", "rewind"),
    "check": (*TASK, "checks", 0),
    "commands": ("spec", "project", "paths", "web"),
    "project": ("spec", "project"),
    "retry": (*TASK, "retry"),
    "permissions": (*TASK, "permissions"),
    "budget": ("spec", "budget"),
    "models": ("spec", "models"),
    "model_rule": ("spec", "models", "rules", 0),
    "moved": ("spec", "moved", 0),
    "thresholds": ("settings", "thresholds"),
    "agent": OWN,
    "modes": (*OWN, "permissions"),
    "meter": (*OWN, "meter"),
    "event": (*OWN, "meter", "events", 0),
    "tokens": (*OWN, "meter", "events", 0, "tokens"),
    "result": (*OWN, "meter", "events", 0, "result"),
    "error": (*OWN, "meter", "events", 0, "error"),
    "denied": (*OWN, "meter", "events", 0, "denied"),
}
"""Where the sample has a mapping of each kind."""
SHARED: dict[str, tuple[Any, Any]] = {
    "agent": ("claude", "own"),
    "workspace": ("clone", "none"),
    "env": ({"A": "1"}, {"A": "2"}),
    "checks": ([], ["lint"]),
    "protect": (["a"], ["b"]),
    "executor": ("process", "tmux"),
    "secrets": (["A"], ["B"]),
    "retry": ({"limit": 1}, {"limit": 2}),
    "timeout": ("1m", "2m"),
    "idle_timeout": ("1m", "none"),
    "log_limit": ("1MB", "2MB"),
    "max_turns": (3, 4),
    "permissions": ({"mode": "edit"}, {"mode": "full"}),
    "inherit_config": (True, False),
    "domains": ({"d": {}, "e": {}}, {"d": {}, "e": {}, "f": {"timeout": "1m"}}),
    "project": ({"test": "t", "lint": "l", "build": "b"}, {"test": "t2", "lint": "l", "build": "b"}),
    "budget": ({"per_task": "1 USD"}, {"per_task": "2 USD"}),
    "models": ({"default": "opus"}, {"default": "haiku"}),
    "version": (1, 1),
    "max_workers": (1, 2),
    "description": ("a", "b"),
    "labels": (["a"], ["b"]),
}
VALUES: dict[str, tuple[Any, Any]] = {
    **{
        f"{kind}.{key}": said
        for kind in ("spec", "settings", "domain", "task")
        for key, said in SHARED.items()
    },
    **{f"commands.{key}": ("a", "b") for key in ("test", "lint", "build")},
    **{f"project.{key}": ("a", "b") for key in ("test", "lint", "build")},
    **{
        f"tokens.{key}": ({"add": "a"}, {"add": "b"})
        for key in ("input", "output", "cache_read", "cache_write")
    },
    **{f"modes.{key}": (["a"], ["b"]) for key in ("read", "edit", "full")},
    "spec.name": ("one", "two"),
    "spec.vars": ({"who": "world", "other": 1}, {"who": "all", "other": 1}),
    "spec.on_change_while_running": ("restart", "finish"),
    "spec.tasks": ({"up": {"prompt": "x"}, "t": {"prompt": "x"}}, {"t": {"prompt": "x"}}),
    "spec.moved": ([], [{"from": "older", "to": "t"}]),
    "spec.removed": ([], ["gone"]),
    "spec.checklist": ("plan.md", "tasks.md"),
    "settings.agents": ({"own": AGENT}, {"own": AGENT, "other": AGENT}),
    "settings.thresholds": ({}, {"stops": 1}),
    "domain.template": ("prompts/wrap.j2", "prompts/around.j2"),
    "domain.model": ("opus", "haiku"),
    "domain.keywords": (["a"], ["b"]),
    "task.prompt": ("a", "b"),
    "task.template": ("prompts/good.md.j2", "prompts/other.j2"),
    "task.with": ({"a": 1}, {"a": 2}),
    "task.depends_on": ([], ["up"]),
    "task.touches": (["a"], ["b"]),
    "task.outputs": ({"type": "object"}, {"type": "string"}),
    "task.judge": ({"pass": ["a"]}, {"pass": ["b"]}),
    "task.reads": (["docs"], ["src"]),
    "task.rerun": (1, 2),
    "task.model": ("opus", "haiku"),
    "task.complexity": ("low", "high"),
    "task.when": ("vars.who == 'world'", "vars.who != 'world'"),
    "task.title": ("a", "b"),
    "task.item": ("a", "b"),
    "task.domain": ("d", "e"),
    "task.priority": (1, 2),
    "task.enabled": (True, False),
    "task.freeze": (True, False),
    "edge.carry": ("all", "output"),
    "edge.on": ("succeeded", "finished"),
    "judge.pass": (["a"], ["b"]),
    "judge.fail": (["a"], ["b"]),
    "judge.rewind": ({"to": "t"}, {"to": "up"}),
    "rewind.to": ("t", "up"),
    "rewind.limit": (1, 2),
    "check.name": ("a", "b"),
    "check.run": ("a", "b"),
    "check.path": ("a", "b"),
    "commands.type": ("node", "go"),
    "project.type": ("python", "go"),
    "project.paths": ({}, {"web": {"type": "node", "test": "x"}}),
    "retry.limit": (1, 2),
    "retry.on": (["error"], ["timeout"]),
    "retry.delay": ("1s", "2s"),
    "retry.factor": (1, 2),
    "retry.max_delay": ("1m", "2m"),
    "retry.jitter": (0, 0.5),
    "retry.strategy": ("fresh", "resume"),
    "permissions.mode": ("edit", "full"),
    "permissions.allow": (["a"], ["b"]),
    "permissions.deny": (["a"], ["b"]),
    "budget.per_task": ("1 USD", "2 USD"),
    "budget.limit": ("1 USD", "2 USD"),
    "budget.on_exceed": ("pause", "pause"),
    "budget.unknown_price": ("allow", "refuse"),
    "models.default": ("opus", "haiku"),
    "models.rules": ([{"match": ["routed"], "model": "a"}], [{"match": ["routed"], "model": "b"}]),
    "model_rule.match": (["routed"], ["absent"]),
    "model_rule.complexity": ("low", "high"),
    "model_rule.domain": ("d", "e"),
    "model_rule.model": ("opus", "sonnet"),
    "moved.from": ("older", "oldest"),
    "moved.to": ("t", "up"),
    "thresholds.reruns": (0, 1),
    "thresholds.reruns_from": (1, 2),
    "thresholds.stops": (0, 1),
    "agent.argv": (["a"], ["b"]),
    "agent.prompt": ("file", "file"),
    "agent.success": ("event", "exit_code"),
    "agent.env": ({"A": "1"}, {"A": "2"}),
    "agent.permissions": ({"edit": ["a"]}, {"edit": ["b"]}),
    "agent.models": ({"a": "x"}, {"a": "y"}),
    "agent.meter": ({"events": [EVENT]}, {"events": [{**EVENT, "turns": {"add": 2}}]}),
    "agent.resume": (["a"], ["b"]),
    "agent.config": ({"a.json": "1"}, {"a.json": "2"}),
    "agent.config_home": ("A", "B"),
    "agent.version": (["a"], ["b"]),
    "agent.tested": (["1"], ["2"]),
    "agent.cleanup": ("1s", "2s"),
    **{f"agent.{key}": ("--a", "--b") for key in ("model_flag", "budget_flag", "turns_flag", "session_flag")},
    **{f"agent.{key}": ("--a", "--b") for key in ("allow_flag", "deny_flag")},
    "meter.format": ("jsonl", "jsonl"),
    "meter.events": ([EVENT], [{**EVENT, "turns": {"add": 2}}]),
    "event.match": ({"type": "a"}, {"type": "b"}),
    "event.where": ({"type": "a"}, {"type": "b"}),
    "event.cost": ({"add": "a"}, {"add": "b"}),
    "event.turns": ({"add": 1}, {"add": 2}),
    "event.tokens": ({"input": {"add": "a"}}, {"input": {"add": "b"}}),
    "event.result": ({"set": "a"}, {"set": "b"}),
    "event.success": (True, True),
    "event.error": ({"message": "a"}, {"message": "b"}),
    "event.denied": ({"what": "a"}, {"what": "b"}),
    **{
        f"event.{key}": ("a", "b")
        for key in ("each", "session_id", "model", "structured", "line", "text", "piece")
    },
    "result.set": ("a", "b"),
    "result.append": ("a", "b"),
    "result.clear": (True, True),
    **{f"error.{key}": ("a", "b") for key in ("message", "status", "retryable")},
    **{f"denied.{key}": ("a", "b") for key in ("id", "what")},
}
"""Two values of each key; those that are equal are the only one that there is."""
BESIDE: dict[str, dict[Any, Any]] = {
    **{f"{kind}.protect": {"checks": ["lint"]} for kind in ("spec", "settings", "domain")},
    "task.template": {"prompt": None},
    "task.item": {("spec", "checklist"): "plan.md"},
    "task.with": {"prompt": None, "template": "prompts/good.md.j2"},
    **{f"task.{key}": {("spec", "tasks", "j", "judge", "rewind"): None} for key in ("judge", "workspace")},
    **{f"settings.{key}": {("spec", key): None} for key in ("agent", "project")},
    "agent.prompt": {"argv": ["own", "{prompt}"]},
    "agent.model_flag": {"models": {"a": "x"}},
    "agent.models": {"model_flag": "--model"},
    "agent.allow_flag": {"deny_flag": "--deny"},
    "agent.deny_flag": {"allow_flag": "--allow"},
    "agent.config": {"config_home": "A"},
    "agent.tested": {"version": ["own"]},
    "event.where": {"each": "a"},
    **{f"result.{key}": {"set": None} for key in ("append", "clear")},
}
"""What has to stand beside a key, or at a place of the sample; None for what must not."""
FILES = {"docs/a": "100644 a", "src/b": "100644 b"}


def with_value(field: str, value: Any) -> dict[str, Any]:
    """Answer the sample with a value of a field, and with what has to stand beside it."""
    kind, key = field.split(".")
    sample = copy.deepcopy(SAMPLE)
    said = {(*PLACES[kind], key): value}
    for where, beside in BESIDE.get(field, {}).items():
        said[where if isinstance(where, tuple) else (*PLACES[kind], where)] = beside
    for (*way, last), one in said.items():
        here: Any = sample
        for step in way:
            here = here[step]
        here[last] = one
        if one is None:
            del here[last]
    return sample
