"""Runs an agent's own command line with the real CLI at the stub, and lets the agent judge the end."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specrun.agents import AGENTS
from specrun.core.briefing import LEFT
from specrun.core.task import Task
from specrun.ports import Command, Evidence, Launch, Outcome
from specrun.store.homes import furnish
from specrun.store.metering import metered
from specrun.system.meter import Meter
from tests.clis.seats import KEY, MODEL, Seat
from tests.core.make import task

GIT = {
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@b",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@b",
}
SESSION = "11111111-2222-4333-8444-555555555555"


@dataclass(frozen=True, slots=True)
class Ended:
    """What an agent made of a run: its outcome, what people read, standard error, and what it left."""

    outcome: Outcome
    shown: list[str]
    errors: str
    left: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A repo to work in, and a CLI to do it; `url` is the stub's."""

    seat: Seat
    url: str
    root: Path

    @property
    def inbox(self) -> Path:
        """Where verdict and output are to be left, made on first use."""
        path = self.root / "inbox"
        path.mkdir(exist_ok=True)
        return path

    @property
    def place(self) -> Path:
        """The repo, made on first use."""
        path = self.root / "place"
        if not path.exists():
            path.mkdir()
            subprocess.run(["git", "init", "-q", "-b", "main", path], check=True)
        return path

    def run(
        self,
        prompt: str,
        *,
        resuming: str = "",
        earlier: Mapping[str, Any] | None = None,
        more: Mapping[str, str] | None = None,
        **fields: Any,
    ) -> Ended:
        """Run to the end with the fields of a task; `resuming` names the conversation to go on in.

        `more` is added to files of the CLI's configuration, by path.
        """
        env = {**ENDPOINTS[self.seat.name](self.url), **fields.pop("env", {})}
        one: Task = task("a", agent=self.seat.name, env=env, model=MODELS.get(self.seat.name), **fields)
        agent, home = AGENTS[self.seat.name], self.root / "home"
        launch = Launch(
            prompt=self.root / "prompt.md",
            home=home,
            session=resuming or SESSION,
            resuming=bool(resuming),
            workspace=self.place.resolve(),
        )
        launch.prompt.write_text(prompt)
        command = agent.command(one, launch)
        furnish(home, {name: text + (more or {}).get(name, "") for name, text in command.files.items()}, None)
        done = self._done(command, one.env)
        meter = Meter(command.meter or {}, earlier)
        shown = [line for raw in done.stdout.splitlines() for line in meter.feed(raw)]
        evidence = Evidence(
            cause="exited",
            exit_code=done.returncode,
            error="",
            started_at=1.0,
            ended_at=2.0,
            tail="\n".join([*done.stderr.splitlines(), *shown]),
            metered=metered(meter.state()),
        )
        left = {path.name: path.read_text() for path in self.inbox.iterdir()}
        return Ended(agent.outcome(evidence), shown, done.stderr, left)

    def _done(self, command: Command, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run the program of a command as a shim would, in the repo."""
        ways = {f"SPECRUN_{name.upper()}": str(self.inbox / name) for name in LEFT}
        passed = {name: self.seat.env[name] for name in ("PATH", "HOME", "TMPDIR", "LANG", "SPECRUN_MARKER")}
        assert command.stdin is not None
        with command.stdin.open() as given:
            return subprocess.run(
                [self.seat.program, *command.argv[1:]],
                cwd=self.place,
                env={**passed, **GIT, **ways, **command.env, **env},
                stdin=given,
                capture_output=True,
                # Gemini CLI repeats the prompt, and loses what does not fit into the pipe when it ends.
                pipesize=1024 * 1024,
                text=True,
                timeout=90,
                check=False,
            )


def _opencode(url: str) -> dict[str, str]:
    model = {"name": "Stub", "tool_call": True, "cost": {"input": 3, "output": 15}}
    model["limit"] = {"context": 200_000, "output": 8000}
    provider = {
        "npm": "@ai-sdk/openai-compatible",
        "options": {"baseURL": f"{url}/v1", "apiKey": KEY},
        "models": {MODEL: model},
    }
    config = {"model": f"stub/{MODEL}", "small_model": f"stub/{MODEL}", "provider": {"stub": provider}}
    return {"OPENCODE_CONFIG_CONTENT": json.dumps(config)}


ENDPOINTS = {
    "claude": lambda url: {
        "ANTHROPIC_API_KEY": KEY,
        "ANTHROPIC_BASE_URL": url,
        "CLAUDE_CODE_MAX_RETRIES": "0",
    },
    "codex": lambda url: {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": f"{url}/v1"},
    "gemini": lambda url: {"GEMINI_API_KEY": KEY, "GOOGLE_GEMINI_BASE_URL": url},
    "opencode": _opencode,
}
"""How a spec's `env` leads a CLI to another endpoint."""
MODELS = {"gemini": "gemini-2.5-pro"}
