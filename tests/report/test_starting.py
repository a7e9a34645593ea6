"""What `specrun init` says."""

from __future__ import annotations

from specrun.report.colour import Paint
from specrun.report.starting import Written, advice, content, files, found, onward, table, unchanged
from tests.core.make import task

FILES = [
    Written(path=".gitignore", state="extended", what="leaves it out"),
    Written(path="specrun.yaml", state="kept", what="settings"),
    Written(path="specs/a.yaml", state="new", what="the spec"),
]


def test_what_was_found() -> None:
    assert found("python", "pyproject.toml", {"lint": "ruff", "test": "pytest"}, "claude", "") == (
        "Project:  python, from pyproject.toml (test: pytest; lint: ruff)\nAgent:    claude\nWorkers:  tmux\n"
    )
    assert found("", "", {}, "shell", "tmux is not installed") == (
        "Project:  no type that is known\n"
        "Agent:    shell\n"
        "Workers:  plain processes (tmux is not installed)\n"
    )
    assert found("dotnet", "a\x1b[31m.sln", {}, "shell", "").startswith(
        "Project:  dotnet, from a\\x1b[31m.sln\n"
    )


def test_each_file_and_what_became_of_it() -> None:
    assert files(FILES) == (
        "extended  .gitignore    leaves it out\n"
        "kept      specrun.yaml  settings\n"
        "wrote     specs/a.yaml  the spec\n"
    )
    assert files(FILES, dry=True) == (
        "would extend  .gitignore    leaves it out\n"
        "kept          specrun.yaml  settings\n"
        "would write   specs/a.yaml  the spec\n"
    )


def test_colour_lets_kept_files_step_back() -> None:
    rows = files(FILES, Paint(on=True)).splitlines()
    assert [row.startswith("\x1b[2m") for row in rows] == [False, True, False]


def test_what_a_file_would_hold() -> None:
    assert content("a.yaml", "x: 1\n") == "\n--- a.yaml\nx: 1\n"


def test_the_tasks_of_a_list() -> None:
    tasks = (task("api", domain="backend", model="opus"), task("ui", "api"), task("both", "api", "ui"))
    said = table(tasks, {"api": "high", "ui": "low"})
    assert said == (
        "TASK  DOMAIN   COMPLEXITY  MODEL  AFTER\n"
        "api   backend  high        opus   -\n"
        "ui    -        low         -      api\n"
        "both  -        -           -      api, ui\n"
    )
    assert max(map(len, table(tasks, {}, room=20).splitlines())) == 20


def test_why_a_list_may_not_be_worth_it() -> None:
    assert advice((), 3) == ""
    assert advice(("There is only 1 task.",), 1) == (
        "Perhaps not worth workers: There is only 1 task. One agent in one session may do this as well.\n"
    )
    assert "may do these as well" in advice(("A.", "B."), 2)


def test_what_comes_next() -> None:
    assert onward(["specrun"], "", committed=True) == (
        "Next:\n  specrun diff   # see what would happen\n  specrun apply  # do it\n"
    )
    assert onward(["specrun", "-C", "my repo"], "specs/a.yaml", committed=False) == (
        "Next:\n"
        "  git add -A\n"
        '  git commit -m "first commit"             # workers start from a commit\n'
        "  specrun -C 'my repo' diff specs/a.yaml   # see what would happen\n"
        "  specrun -C 'my repo' apply specs/a.yaml  # do it\n"
    )
    assert unchanged() == "Nothing to write: everything is there.\n"
