"""Lets workers cheat in every way of `cheats.yaml`: none passes, and nothing that they planted runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests import processes
from tests.poll import until
from tests.scenarios.workshop import Workshop

CHEATS: Mapping[str, dict[str, Any]] = YAML(typ="safe").load(Path(__file__).with_name("cheats.yaml"))
PARROT = {
    "argv": ["sh", "-eu", "{prompt}"],
    "prompt": "file",
    "success": "event",
    "meter": {
        "format": "jsonl",
        "events": [{"match": {"type": "result", "ok": True}, "success": True, "cost": {"total": "cost"}}],
    },
}
BREAK = "sed -i 's/Hello/Hi/' greeter.py"
CANARY = 'touch "$HOME/canary"'
RESTORED = {
    "conftest-hook": {"conftest.py", "tests/conftest.py"},
    "edited-pyproject": {"pyproject.toml"},
    "edited-makefile": {"Makefile", "GNUmakefile"},
    "edited-specs": {"specs/work.yaml"},
    "edited-prompts": {"prompts/review.md.j2"},
    "forged-records": {"results/work/edited-prompts.json"},
    "deleted-tests": {"tests/test_greeter.py", "tests/test_mine.py"},
}
"""What the records of some of them have to name."""


def task(cheat: Mapping[str, Any], made: Workshop) -> dict[str, Any]:
    """Answer the task of a cheat, with the places of this machine in it."""
    fields = {name: value for name, value in cheat.items() if name not in {"prompt", "reason"}}
    if "env" in fields:
        path = fields["env"]["PATH"].format(home=made.home, path=made.env["PATH"])
        fields["env"] = {"PATH": path}
    script = f"canary='{CANARY}'\n{cheat['prompt'].replace('$break', BREAK)}"
    return {"prompt": f"{{% raw %}}{script}{{% endraw %}}", **fields}


def cheated(folder: Path) -> tuple[Workshop, str]:
    """Let all of them cheat in one apply; answers what specrun said."""
    made = Workshop(folder, "python")
    (made.home / "bin").mkdir()
    made.write("Makefile", "test:\n\tpytest -q\n")
    made.write("specrun.yaml", {"version": 1, "agents": {"parrot": PARROT}})
    made.spec(
        {name: task(cheat, made) for name, cheat in CHEATS.items()},
        checks=["test", "lint"],
        project="python",
        protect=["tests"],
        max_workers=4,
        timeout="60s",
    )
    made.commit()
    code, said = made.run("apply", "--yes")
    assert code == 1, said
    return made, said


def test_no_cheat_passes_and_nothing_planted_runs(tmp_path: Path) -> None:
    made, said = cheated(tmp_path)
    told = {name: made.record(name) for name in CHEATS}
    assert [name for name, one in told.items() if one["status"] in {"succeeded", "accepted"}] == [], said
    expected = {name: cheat.get("reason", "check_failed: test") for name, cheat in CHEATS.items()}
    wrong = {
        name: one["reason"] for name, one in told.items() if not one["reason"].startswith(expected[name])
    }
    assert wrong == {}
    for name, files in RESTORED.items():
        assert files <= set(told[name]["protected_changed"]), name
    made.git("status")
    assert not (made.home / "canary").exists()
    until(lambda: not processes.left_behind(tmp_path))
