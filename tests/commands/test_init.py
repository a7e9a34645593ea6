"""Tests `specrun init` as people use it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.conftest import Specrun
from tests.poll import until
from tests.scenarios.terminal import Terminal

Git = Callable[..., str]
FILES = {
    ".gitignore",
    ".specrun/schema/settings.schema.json",
    ".specrun/schema/spec.schema.json",
    "README.md",
    "prompts/task.md.j2",
    "specrun.yaml",
    "specs/hello.yaml",
}
TOOLS = ("cat", "git", "grep", "mkdir", "ps", "sh", "tmux", "wc")
PLAN = "# Login\n\n- [x] Choose words\n- [ ] Create the login API\n- [ ] Build the login page\n"


@pytest.fixture(autouse=True)
def _nobody_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave what scripts need on PATH and no agent, whatever this machine has."""
    for name in [name for name in os.environ if name.endswith("_API_KEY")]:
        monkeypatch.delenv(name)
    tools = tmp_path / "tools"
    tools.mkdir()
    for folder in os.environ["PATH"].split(os.pathsep):
        for name in TOOLS:
            if (Path(folder) / name).is_file() and not (tools / name).exists():
                (tools / name).symlink_to(Path(folder) / name)
    monkeypatch.setenv("PATH", str(tools))


def files(repo: Path) -> dict[str, bytes]:
    return {
        path.relative_to(repo).as_posix(): path.read_bytes()
        for path in repo.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(repo).parts
    }


def test_a_first_spec_is_written_valid_canonical_and_converges(
    specrun: Specrun, repo: Path, git: Git
) -> None:
    said = specrun("init", "--yes", "--agent", "shell")
    assert (said.code, said.err) == (0, "")
    assert said.out.endswith("Next:\n  specrun diff   # see what would happen\n  specrun apply  # do it\n")
    assert set(files(repo)) == FILES
    assert git("status", "--porcelain", "--ignored").count("!! .specrun/") == 1
    assert specrun("validate").out == "OK: 1 spec, 3 tasks.\n"
    assert specrun("fmt", "--check").code == 0
    (repo / "specrun.yaml").write_text((repo / "specrun.yaml").read_text() + "executor: process\n")
    applied = specrun("apply", "--yes")
    assert (applied.code, applied.out.splitlines()[-1]) == (0, "3 tasks: 3 succeeded.")
    assert git("show", "specrun/hello/report:hello/REPORT.md") == "# A look around\n1 files, 1 commits"


def test_a_second_init_changes_nothing_and_says_so(specrun: Specrun, repo: Path) -> None:
    specrun("init", "--yes")
    before = files(repo)
    said = specrun("init", "--yes")
    assert said.code == 0
    assert "Nothing to write: everything is there.\n" in said.out
    assert {row.split()[0] for row in said.out.partition("Nothing")[0].splitlines()} == {"kept"}
    assert files(repo) == before


def test_what_is_there_is_never_overwritten(specrun: Specrun, repo: Path) -> None:
    (repo / "specrun.yaml").write_text("version: 1\nmax_workers: 3\n")
    (repo / "prompts").mkdir()
    (repo / "prompts" / "task.md.j2").write_text("mine {{ task.prompt }}\n")
    assert specrun("init", "--yes", "--name", "second").code == 0
    assert (repo / "specrun.yaml").read_text() == "version: 1\nmax_workers: 3\n"
    assert (repo / "prompts" / "task.md.j2").read_text() == "mine {{ task.prompt }}\n"
    (repo / "specs" / "second.yaml").write_text("# mine\n")
    assert re.search(
        r"^kept +specs/second\.yaml ", specrun("init", "--yes", "--name", "second").out, re.MULTILINE
    )
    assert (repo / "specs" / "second.yaml").read_text() == "# mine\n"


def test_a_dry_run_writes_nothing_and_asks_nobody(specrun: Specrun, repo: Path) -> None:
    before = files(repo)
    said = specrun("init", "--dry-run")
    assert said.code == 0
    assert "would write  specs/hello.yaml" in said.out
    assert "\n--- specs/hello.yaml\n# yaml-language-server:" in said.out
    assert files(repo) == before


def test_without_a_terminal_nobody_can_be_asked(specrun: Specrun, repo: Path) -> None:
    before = files(repo)
    said = specrun("init")
    assert said.code == 64
    assert said.err.startswith("specrun: nobody can be asked here: there is no terminal; fix: pass --yes")
    assert files(repo) == before


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--agent", "codxe"), 64, 'there is no agent "codxe"; fix: did you mean "codex"?'),
        (("--name", "A B"), 64, '"A B" is no name; fix: write for example login-page'),
        (("--sync",), 64, "--sync needs a list; fix: name it with --from"),
        (("--from", "-", "--sync"), 64, "--sync ticks boxes in a file"),
        (("--from", "none.md"), 64, '"none.md" cannot be read: No such file or directory'),
        (("--from", "plan.md", "--agent", "shell"), 64, "shell runs scripts, and a list of tasks is written"),
        (("--from", "plan.md", "--name", "taken"), 8, "specs/taken.yaml is there already"),
        (("--from", "plan.md", "--name", "inner"), 8, 'there is a spec "inner" in specs/taken.yaml already'),
        (("--from", "bad.md"), 3, "bad.md:2:1: error[E117]: the list is not UTF-8 (byte 0xe9)"),
        (("--from", "wide.md"), 3, "wide.md:1:1: error[E117]: the list is UTF-16"),
        (("--from", "lines.txt", "--sync"), 64, '"lines.txt" is no Markdown file'),
        (("--from", "bare.md", "--sync"), 64, '"bare.md" has no boxes to tick'),
        (("--from", "../out.md", "--sync"), 64, '"../out.md" is outside of the repository'),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_is_written(
    specrun: Specrun, repo: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    (repo / "specs").mkdir()
    (repo / "specs" / "taken.yaml").write_text("version: 1\nname: inner\nagent: shell\ntasks: {}\n")
    for name, text in {
        "plan.md": PLAN.encode(),
        "bad.md": b"- [ ] a\ncaf\xe9\n",
        "wide.md": "- [ ] a".encode("utf-16"),
        "lines.txt": b"- [ ] a\n",
        "bare.md": b"1. Create it\n2. Test it\n",
        "../out.md": PLAN.encode(),
    }.items():
        (repo / name).write_bytes(text)
    before = files(repo)
    found = specrun("init", "--yes", *arguments)
    assert (found.code, found.out) == (code, "")
    assert said in found.err
    assert files(repo) == before


def test_a_list_becomes_a_spec_that_ticks_its_boxes(specrun: Specrun, repo: Path, git: Git) -> None:
    (repo / "plan.md").write_text(PLAN)
    git("add", "plan.md")
    git("commit", "-qm", "plan")
    said = specrun("init", "--yes", "--from", "plan.md", "--sync")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("TASK ")
    assert "claude is not on PATH here" in said.out
    assert "Perhaps not worth workers: There are only 2 tasks." in said.out
    text = (repo / "specs" / "login.yaml").read_text()
    assert "checklist: plan.md\n" in text
    assert specrun("validate").out == "OK: 1 spec, 2 tasks.\n"
    assert specrun("fmt", "--check").code == 0
    # No agent is paid here: the same spec with scripts.
    (repo / "specs" / "login.yaml").write_text(
        "version: 1\nname: login\nagent: shell\nexecutor: process\nworkspace: none\nchecklist: plan.md\n"
        "tasks:\n  api: {item: Create the login API, prompt: 'true'}\n"
        "  page: {item: Build the login page, prompt: 'true'}\n"
    )
    applied = specrun("apply", "--yes")
    assert applied.code == 0
    assert (repo / "plan.md").read_text() == PLAN.replace("[ ]", "[x]")


def test_a_list_on_standard_input(
    specrun: Specrun, repo: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fed = tmp_path / "fed"
    fed.write_text("frontend:Build login | backend:Create API | testing:Write E2E tests\n")
    with fed.open() as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        said = specrun("init", "--yes", "--from", "-", "--name", "login")
    assert said.code == 0
    assert "backend" in said.out
    assert specrun("validate").out == "OK: 1 spec, 3 tasks.\n"
    assert (repo / "specs" / "login.yaml").is_file()


def test_a_repo_without_a_commit_is_told_what_it_needs(specrun: Specrun, tmp_path: Path, git: Git) -> None:
    bare = tmp_path / "fresh"
    bare.mkdir()
    git("init", "-q", cwd=bare)
    said = specrun("-C", str(bare), "init", "--yes")
    assert said.code == 0
    assert '  git add -A\n  git commit -m "first commit"' in said.out
    assert f"specrun -C {bare} diff" in said.out
    assert (bare / "specs" / "hello.yaml").is_file()


def test_where_there_is_no_working_tree_nothing_is_written(
    specrun: Specrun, tmp_path: Path, git: Git
) -> None:
    for name, arguments in (("none", ()), ("bare", ("init", "-q", "--bare"))):
        folder = tmp_path / name
        folder.mkdir()
        if arguments:
            git(*arguments, cwd=folder)
        assert specrun("-C", str(folder), "init", "--yes").code == 9
        assert not (folder / "specs").exists()


def test_at_a_terminal_it_asks_who_and_what(repo: Path, tmp_path: Path) -> None:
    (tmp_path / "tools" / "claude").write_text("#!/bin/sh\n")
    (tmp_path / "tools" / "claude").chmod(0o755)
    argv = [sys.executable, "-m", "specrun", "init"]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with Terminal(argv, repo, env) as person:
        until(lambda: person.shows("Which agent does the work (claude, shell)? [claude] "))
        person.type(b"shell\r")
        until(lambda: person.shows("What is the spec called? [hello] "))
        person.type(b"tour\r")
        until(lambda: person.shows("specrun apply"))
    assert (repo / "specs" / "tour.yaml").is_file()
