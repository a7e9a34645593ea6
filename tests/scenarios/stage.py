"""Plays scenarios: one repo, one spec of real agents against the scripted model, one apply."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.clis.seats import KEY, Seat
from tests.stub import Stub

ROOT = Path(__file__).parents[2]
SPEC = "play"
LIMIT = 240.0
"""Seconds that an apply of all scenarios may take."""
INLINE = 200_000
"""Characters of a prompt that a spec may hold itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One task: the script of its model (None for none), the words before it, and more of its fields."""

    name: str
    steps: Sequence[Mapping[str, Any]]
    words: str = "Do it."
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def prompt(self) -> str:
        """The words and the script, told apart from those of all other scenes."""
        return (
            f"{self.words}\n\nThis is {self.name}.\n<<stub {json.dumps([*self.steps], ensure_ascii=False)}>>"
        )


class Stage:
    """A repo in which specrun runs one CLI; `seat` says where its program is, `env` adds to specrun's own."""

    def __init__(
        self,
        folder: Path,
        seat: Seat,
        stub: Stub,
        settings: Mapping[str, Any],
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.root = folder / "repo"
        self.state = folder / "state"
        self.stub = stub
        self._env = {
            "PATH": f"{seat.env['PATH']}:{os.environ['PATH']}",
            "HOME": str(folder / "person"),
            "TMPDIR": seat.env["TMPDIR"],
            "LANG": "C.UTF-8",
            "TMUX_TMPDIR": os.environ["TMUX_TMPDIR"],
            "SPECRUN_HOME": str(self.state),
            "PYTHONPATH": str(ROOT),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "MODEL_KEY": KEY,
            **(env or {}),
        }
        (folder / "person").mkdir()
        self._write("specrun.yaml", {"version": 1, **settings})
        self._write("hello.txt", "hello\n")
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("add", ".")
        self.git("commit", "--quiet", "--message=Begin")

    def spec(self, agent: str, scenes: Sequence[Scene], **head: Any) -> None:
        """Write the spec with a task for every scene."""
        tasks = {scene.name: {**self._told(scene), **scene.fields} for scene in scenes}
        self._write(
            f"specs/{SPEC}.yaml", {"version": 1, "name": SPEC, "agent": agent, **head, "tasks": tasks}
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start specrun and do not wait for it."""
        return subprocess.Popen(
            [sys.executable, "-m", "specrun", *arguments],
            cwd=self.root, env=self._env, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run specrun to its end; answers its code and all that it says."""
        with self.start(*arguments) as process:
            said, _ = process.communicate(timeout=LIMIT)
        return process.returncode, said

    def record(self, name: str) -> dict[str, Any]:
        """Answer the run record of a scene."""
        value: dict[str, Any] = json.loads((self.root / "results" / SPEC / f"{name}.json").read_text())
        return value

    def attempt(self, name: str, number: int = 1) -> Path:
        """Answer the directory of an attempt."""
        (home,) = self.state.glob("repo-*")
        return home / "attempts" / SPEC / name / str(number)

    def transcript(self, name: str, number: int = 1) -> str:
        """Answer what people read of an attempt so far."""
        found = [*self.state.glob(f"repo-*/attempts/{SPEC}/{name}/{number}/transcript.log")]
        return found[0].read_text() if found else ""

    def file(self, record: Mapping[str, Any], path: str) -> str | None:
        """Answer a file of the commit that a record names, None where it is not there."""
        try:
            return self.git("show", f"{record['commit']}:{path}")
        except subprocess.CalledProcessError:
            return None

    def goes_on(self, name: str, number: int) -> bool:
        """Whether the commit of a record has that of an attempt in its history."""
        attempt = self.git("rev-parse", f"refs/specrun/attempts/{SPEC}/{name}/{number}")
        return attempt in self.git("rev-list", self.record(name)["commit"]).splitlines()

    def git(self, *words: str) -> str:
        """Ask the repo's git."""
        me = ("-c", "user.name=Test", "-c", "user.email=test@example.invalid")
        done = subprocess.run(
            ["git", *me, *words], cwd=self.root, env=self._env, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def _told(self, scene: Scene) -> Mapping[str, str]:
        """Answer the field that has the prompt: one that is too long for a spec is a file."""
        text = f"{{% raw %}}{scene.prompt}{{% endraw %}}"
        if len(text) <= INLINE:
            return {"prompt": text}
        template = f"prompts/{scene.name}.md.j2"
        self._write(template, text)
        return {"template": template}

    def _write(self, name: str, content: Mapping[str, Any] | str) -> None:
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=1)
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text + "\n")
