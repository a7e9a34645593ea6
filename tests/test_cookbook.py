"""Cooks every recipe of the cookbook as its page tells: laid out, applied, and then nothing left to do."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Git

ROOT = Path(__file__).parent.parent
COOKBOOK = ROOT / "examples/cookbook"
RECIPES = sorted(path.name for path in COOKBOOK.iterdir())
PERSON = dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "Cook") | dict.fromkeys(
    ("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "cook@example.invalid"
)
ENDS = {
    "fan-out": {"list": "succeeded", "words": "succeeded", "headings": "succeeded", "links": "succeeded"}
    | {"report": "succeeded"},
    "pipeline": {"extract": "succeeded", "transform": "succeeded", "load": "succeeded", "sweep": "succeeded"},
    "review-loop": {"letter": "succeeded", "review": "succeeded", "post": "succeeded"},
    "monorepo": {"field": "succeeded", "page": "succeeded", "release": "succeeded"},
    "nightly": {"survey": "succeeded", "page": "succeeded"},
    "migration": {"mail": "succeeded", "queue": "succeeded", "cache": "succeeded", "accounts": "failed"},
}
"""What is recorded after the first apply, by recipe and task; tasks that were left out have no record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kitchen:
    """A fresh repo with one recipe in it."""

    root: Path
    name: str
    environ: dict[str, str]

    def run(self, *words: str, code: int = 0) -> str:
        done = subprocess.run(
            words,
            cwd=self.root,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def specrun(self, *words: str, code: int = 0) -> str:
        return self.run("specrun", *words, code=code)

    def records(self) -> dict[str, dict[str, Any]]:
        found = (self.root / "results" / self.name).glob("*.json")
        return {path.stem: json.loads(path.read_text()) for path in found}

    def edit(self, old: str, new: str) -> None:
        path = self.root / "specs" / f"{self.name}.yaml"
        text = path.read_text()
        assert text.count(old) == 1, old
        path.write_text(text.replace(old, new))

    def converge(self) -> None:
        """Apply the recipe as it is: it ends as its page says, and a second apply has nothing to do."""
        self.specrun("validate")
        self.specrun("fmt", "--check")
        ends = ENDS[self.name]
        code = 0 if {*ends.values()} == {"succeeded"} else 1
        self.specrun("apply", "--yes", code=code)
        assert {task: record["status"] for task, record in self.records().items()} == ends
        launched = self.launched()
        assert "Nothing to do" in self.specrun("apply", "--yes", code=code)
        assert self.launched() == launched

    def launched(self) -> list[str]:
        """Every attempt that was ever ordered."""
        orders = (self.root.parent / "state").glob("*/attempts/*/*/*/intent.json")
        return sorted("/".join(path.parts[-3:-1]) for path in orders)


Cook = Callable[[str], Kitchen]


@pytest.fixture
def cook(tmp_path: Path, git: Git) -> Cook:
    """Answer a function that makes a repo of a recipe, with one commit, and `specrun` on PATH."""

    def make(name: str) -> Kitchen:
        root, programs = tmp_path / "repo", tmp_path / "bin"
        shutil.copytree(COOKBOOK / name, root)
        programs.mkdir()
        program = programs / "specrun"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m specrun "$@"\n')
        program.chmod(0o755)
        # The settings are the kitchen's own, so git does not see them.
        (root / "specrun.yaml").write_text("version: 1\nexecutor: process\n")
        git("init", "--quiet", "--initial-branch=main")
        (root / ".git/info/exclude").write_text("specrun.yaml\n")
        git("add", "--all")
        git("commit", "--quiet", "--message=Begin")
        path = f"{programs}{os.pathsep}{os.environ['PATH']}"
        return Kitchen(
            root=root, name=name, environ={**os.environ, **PERSON, "PATH": path, "PYTHONPATH": str(ROOT)}
        )

    return make


def test_there_are_six_and_each_has_its_page() -> None:
    assert sorted(ENDS) == RECIPES
    pages = {path.stem for path in (ROOT / "docs/cookbook").glob("*.md")}
    assert pages == {*RECIPES, "index"}


def test_fan_out_joins_what_all_have_left(cook: Cook) -> None:
    made = cook("fan-out")
    made.converge()
    report = made.run("git", "show", "specrun/fan-out/report:report/REPORT.md")
    assert report.splitlines()[0] == "# 3 chapters, 31 words"
    assert report.count("- http") == 2
    (check,) = made.records()["report"]["checks"]
    assert (check["name"], check["exit_code"]) == ("complete", 0)


def test_the_pipeline_sounds_its_alarm_only_after_a_failure(cook: Cook) -> None:
    made = cook("pipeline")
    made.converge()
    page = made.run("git", "show", "specrun/pipeline/load:page.md")
    assert page.splitlines() == ["# Sales of 4 rows", "- Lima: 30", "- Oslo: 20", "- Pune: 5"]
    made.edit("sed 's/^", "false && sed 's/^")
    made.specrun("apply", "--yes", code=1)
    ends = {task: record["status"] for task, record in made.records().items()}
    assert ends == ENDS["pipeline"] | {"load": "failed", "alarm": "succeeded"}


def test_the_review_sends_the_letter_back_once(cook: Cook) -> None:
    made = cook("review-loop")
    made.converge()
    review = made.records()["review"]
    assert [(one["verdict"], one["feedback"]) for one in review["rounds"]] == [
        ("rejected", "It ends without regards."),
        ("approved", "It is polite now."),
    ]
    assert made.launched() == ["letter/1", "letter/2", "post/1", "review/1", "review/2"]
    envelope = made.run("git", "show", "specrun/review-loop/post:post/envelope.txt")
    assert envelope.splitlines() == ["To the library", "Please send the book.", "With kind regards"]


def test_the_monorepo_runs_the_commands_of_each_folder(cook: Cook) -> None:
    made = cook("monorepo")
    made.converge()
    proof = {task: [check["name"] for check in record["checks"]] for task, record in made.records().items()}
    assert proof == {
        "field": ["api/test", "api/lint"],
        "page": ["web/test"],
        "release": ["api/test", "web/test", "noted"],
    }
    # Another command for one folder: what it proves is proven again, and nobody is launched.
    made.edit("web: {test: sh tests/page.sh}", "web: {test: sh -e tests/page.sh}")
    assert re.findall(r"^v verify +(\S+)", made.specrun("diff"), re.MULTILINE) == [
        "monorepo/page",
        "monorepo/release",
    ]


def test_a_night_runs_what_is_due(cook: Cook) -> None:
    made = cook("nightly")
    made.converge()
    # The night that stands in the spec already.
    made.run("scripts/tonight", "2026-11-28")
    made.run("scripts/tonight", "2026-11-29")
    assert made.launched() == ["page/1", "survey/1", "survey/2"]
    (made.root / "data/rain.csv").write_text("day,rain\nwed,7\n")
    made.run("git", "commit", "--quiet", "--all", "--message=Rain")
    made.run("scripts/tonight", "2026-11-29")
    assert made.launched() == ["page/1", "page/2", "survey/1", "survey/2"]
    made.edit("{deep: false}", "{deep: true}")
    made.specrun("apply", "--yes")
    assert made.records()["deep"]["status"] == "succeeded"
    assert "Night of 2026-11-29" in made.run("git", "log", "--format=%s")


def test_the_schedule_is_pinned_and_leaves_no_token_to_workers() -> None:
    text = (COOKBOOK / "nightly/.github/workflows/nightly.yml").read_text()
    (ours,) = (ROOT / ".github/workflows").glob("ci.yml")
    uses = re.findall(r"uses: *(.*)", text)
    assert uses
    assert set(uses) <= set(re.findall(r"uses: *(.*)", ours.read_text()))
    assert "persist-credentials: false" in text
    assert "run: scripts/tonight\n" in text


def test_a_migration_as_a_whole_leaves_one_file_to_a_person(cook: Cook) -> None:
    cook("migration").converge()


def test_a_migration_goes_by_labels_and_takes_what_a_person_did(cook: Cook) -> None:
    made = cook("migration")
    made.specrun("apply", "--yes", "--label", "first")
    assert {*made.records()} == {"mail", "queue"}
    # What is done stands, whatever is edited in the template from now on.
    made.specrun("freeze", "mail", "queue", "--reason", "in use already")
    template = made.root / "prompts/migrate.sh.j2"
    template.write_text(template.read_text() + "echo done\n")
    made.specrun("apply", "--yes", code=1)
    assert {*made.launched()} == {"mail/1", "queue/1", "cache/1", "accounts/1"}
    (made.root / "settings/accounts.toml").write_text('admin = "root, all"\nguests = "none"\n')
    made.run("git", "rm", "--quiet", "settings/accounts.conf")
    made.run("git", "add", "settings/accounts.toml")
    made.run("git", "commit", "--quiet", "--message=Accounts by hand")
    made.specrun("accept", "accounts", "--reason", "quotes within quotes")
    assert "Nothing to do" in made.specrun("apply", "--yes")
