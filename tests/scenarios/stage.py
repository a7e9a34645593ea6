"""Plays scenarios: one repo, one spec of real agents against the scripted model, one apply."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.clis.seats import KEY, Seat
from tests.scenarios.shop import Shop
from tests.stub import Stub

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


class Stage(Shop):
    """A repo in which specrun runs one CLI; `seat` says where its program is, `env` adds to specrun's own."""

    name = SPEC
    limit = LIMIT

    def __init__(
        self,
        folder: Path,
        seat: Seat,
        stub: Stub,
        settings: Mapping[str, Any],
        env: Mapping[str, str] | None = None,
    ) -> None:
        more = {
            "PATH": f"{seat.env['PATH']}:{os.environ['PATH']}",
            "TMPDIR": seat.env["TMPDIR"],
            "MODEL_KEY": KEY,
            **(env or {}),
        }
        super().__init__(folder, more)
        self.stub = stub
        self.write("specrun.yaml", {"version": 1, **settings})
        self.write("hello.txt", "hello\n")
        self.begin()

    def spec(self, agent: str, scenes: Sequence[Scene], **head: Any) -> None:
        """Write the spec with a task for every scene."""
        tasks = {scene.name: {**self._told(scene), **scene.fields} for scene in scenes}
        self.write(f"specs/{SPEC}.yaml", {"version": 1, "name": SPEC, "agent": agent, **head, "tasks": tasks})

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

    def _told(self, scene: Scene) -> Mapping[str, str]:
        """Answer the field that has the prompt: one that is too long for a spec is a file."""
        text = f"{{% raw %}}{scene.prompt}{{% endraw %}}"
        if len(text) <= INLINE:
            return {"prompt": text}
        template = f"prompts/{scene.name}.md.j2"
        self.write(template, text)
        return {"template": template}
