"""Tests what is found and decided before a first spec is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from specrun.agents import KEYS
from specrun.commands.founding import (
    Ground,
    agent_of,
    first_spec,
    lacking,
    name_of,
    start_of,
    surroundings,
)
from specrun.errors import InvalidSpec, Refused, UsageProblem

Git = Callable[..., str]
OWN = "version: 1\nagents:\n  mycli: {argv: [mycli], success: exit_code}\n"


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Answer a function that puts programs on a PATH with nothing but git beside them."""
    folder = tmp_path / "tools"
    folder.mkdir()
    git = next(
        path for path in map(Path, ("/usr/bin/git", "/bin/git", "/usr/local/bin/git")) if path.exists()
    )
    (folder / "git").symlink_to(git)
    monkeypatch.setenv("PATH", str(folder))
    for keys in KEYS.values():
        for name in keys:
            monkeypatch.delenv(name, raising=False)

    def put(*names: str) -> None:
        for name in names:
            (folder / name).write_text("#!/bin/sh\n")
            (folder / name).chmod(0o755)

    return put


def tracked(repo: Path, git: Git, **texts: str) -> None:
    for name, text in texts.items():
        path = repo / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    git("add", "-A")


def test_who_is_installed_does_the_work(repo: Path, install: Callable[..., None]) -> None:
    assert agent_of(Ground.of(repo), None, ask=False, listed=False) == "shell"
    assert agent_of(Ground.of(repo), None, ask=False, listed=True) == "claude"
    install("gemini", "mycli")
    assert agent_of(Ground.of(repo), None, ask=False, listed=False) == "gemini"
    (repo / "specrun.yaml").write_text(OWN)
    assert Ground.of(repo).installed() == ("gemini", "mycli")
    assert agent_of(Ground.of(repo), "mycli", ask=False, listed=True) == "mycli"
    (repo / "specrun.yaml").write_text(f"{OWN}agent: mycli\n")
    assert agent_of(Ground.of(repo), None, ask=False, listed=False) == "mycli"
    (repo / "specrun.yaml").write_text("version: 1\nagent: shell\n")
    assert agent_of(Ground.of(repo), None, ask=False, listed=True) == "gemini"


def test_an_agent_that_cannot_do_it_is_refused(repo: Path) -> None:
    ground = Ground.of(repo)
    with pytest.raises(UsageProblem, match="shell runs scripts"):
        agent_of(ground, "shell", ask=False, listed=True)
    with pytest.raises(UsageProblem, match="there is no agent"):
        agent_of(ground, "nobody", ask=False, listed=False)


def test_a_person_chooses_among_those_that_are_here(
    repo: Path,
    install: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    install("codex", "claude")
    lines: Iterator[str] = iter(["nobody", "shell", "codex"])
    monkeypatch.setattr("builtins.input", lambda: next(lines))
    assert agent_of(Ground.of(repo), None, ask=True, listed=True) == "codex"
    told = capsys.readouterr().err
    assert told.startswith("Which agent does the work (claude, codex)? [claude] ")
    assert "there is no agent" in told
    assert "shell runs scripts" in told


def test_nobody_is_asked_to_choose_from_one(
    repo: Path, install: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    # Nothing can be read from a test's standard input.
    assert agent_of(Ground.of(repo), None, ask=True, listed=False) == "shell"
    install("gemini")
    assert agent_of(Ground.of(repo), None, ask=True, listed=True) == "gemini"
    assert capsys.readouterr().err == ""


def test_a_name_has_to_be_free(repo: Path) -> None:
    ground = Ground.of(repo)
    assert name_of(ground, None, "hello", ask=False) == "hello"
    (repo / "specs").mkdir()
    (repo / "specs" / "hello.yaml").write_text("# nothing yet\n")
    assert name_of(ground, "hello", "x", ask=False) == "hello"
    (repo / "orchestration.yaml").write_text("version: 1\nname: whole\n")
    with pytest.raises(Refused, match=r'"whole" in orchestration\.yaml'):
        name_of(ground, "whole", "x", ask=False)
    with pytest.raises(UsageProblem, match="is no name"):
        name_of(ground, "../up", "x", ask=False)
    assert ground.specs == ("orchestration.yaml", "specs/hello.yaml")


@pytest.mark.parametrize(
    ("files", "tools", "checks"),
    [
        ({"pyproject_toml": "", "tests__test_it.py": ""}, ["pytest"], ("test",)),
        ({"pyproject_toml": "", "tests__test_it.py": ""}, [], ()),
        ({"pyproject_toml": "", "src__it.py": ""}, ["pytest"], ()),
        ({"package_json": '{"scripts": {"test": "x"}}'}, ["npm"], (("install", "npm install"), "test")),
        (
            {"package_json": '{"scripts": {"test": "x"}}', "package-lock_json": "{}"},
            ["npm"],
            (("install", "npm ci"), "test"),
        ),
        ({"package_json": "{}"}, ["npm"], ()),
        ({"go_mod": ""}, ["go"], ("test",)),
        ({"Makefile": "all:\n"}, ["make"], ()),
        ({}, [], ()),
    ],
)
def test_checks_are_those_that_can_pass_here(
    repo: Path,
    git: Git,
    install: Callable[..., None],
    files: dict[str, str],
    tools: list[str],
    checks: tuple[str | tuple[str, str], ...],
) -> None:
    tracked(repo, git, **files)
    install("claude", *tools)
    ground = Ground.of(repo)
    start = start_of(ground, "claude")
    assert start.checks == checks
    assert start_of(ground, "shell").checks == ()
    planned = first_spec(ground, start, "hello")
    assert all(task.contract.checks for task in planned.tasks)


def test_a_key_in_the_environment_goes_before_the_login(
    repo: Path, install: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    install("codex")
    ground = Ground.of(repo)
    assert start_of(ground, "codex").secret == ""
    assert not any(task.secrets for task in first_spec(ground, start_of(ground, "codex"), "a").tasks)
    monkeypatch.setenv("OPENAI_API_KEY", "s3cret")
    start = start_of(ground, "codex")
    assert start.secret == "OPENAI_API_KEY"
    assert b"s3cret" not in b"".join(sheet.data for sheet in surroundings(ground, start))
    assert lacking(ground, first_spec(ground, start, "a")) == []


def test_settings_that_are_there_go_before_what_was_detected(
    repo: Path, git: Git, install: Callable[..., None]
) -> None:
    tracked(repo, git, pyproject_toml="", tests__test_it="", Makefile="all:\n")
    install("pytest", "claude")
    (repo / "specrun.yaml").write_text("version: 1\nproject: {type: make, lint: 'true'}\n")
    ground = Ground.of(repo)
    start = start_of(ground, "claude")
    planned = first_spec(ground, start, "hello")
    assert b"      - test\n" not in planned.sheet.data
    assert {task.domain for task in planned.tasks} == {None}
    (told,) = lacking(ground, planned)
    assert told.startswith("claude gets neither your login nor a key: write `inherit_config: true` or ")


def test_what_the_settings_forbid_is_told(repo: Path) -> None:
    (repo / "specrun.yaml").write_text("version: 1\nbudget: {per_task: 1 USD}\n")
    ground = Ground.of(repo)
    with pytest.raises(InvalidSpec, match="tells no cost"):
        first_spec(ground, start_of(ground, "codex"), "hello")


def test_new_settings_change_nothing_for_specs_that_are_there(
    repo: Path, git: Git, install: Callable[..., None]
) -> None:
    tracked(repo, git, go_mod="", specs__own_yaml="# mine\n")
    install("claude", "go")
    ground = Ground.of(repo)
    settings = surroundings(ground, start_of(ground, "claude"))[-1]
    assert settings.path == "specrun.yaml"
    assert not any(word in settings.data for word in (b"inherit_config:", b"checks:"))
    assert b"template: prompts/task.md.j2" in settings.data


def test_scripts_write_into_a_folder_of_their_own(repo: Path) -> None:
    (repo / "hello").write_text("a file")
    ground = Ground.of(repo)
    planned = first_spec(ground, start_of(ground, "shell"), "hello")
    assert b"mkdir -p hello-look\n" in planned.sheet.data


def test_a_repo_without_a_commit_is_known(tmp_path: Path, repo: Path, git: Git) -> None:
    assert Ground.of(repo).committed
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    git("init", "-q", cwd=fresh)
    assert not Ground.of(fresh).committed
