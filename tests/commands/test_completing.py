"""Tests how a command line may go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun.cli import COMMANDS
from specrun.commands.completing import answer, completions
from specrun.commands.grammar import ALIASES
from specrun.report.topics import TOPICS

SPEC = """\
version: 1
name: {name}
domains: {{}}
tasks:
  {name}-one: {{prompt: x, labels: [slow, "two words"], checks: [{{name: mine, run: x}}]}}
  both: {{prompt: x}}
"""


@pytest.fixture(autouse=True)
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository as far as completion cares: it asks nobody, git neither."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "specs").mkdir()
    for name in ("auth", "web"):
        (tmp_path / "specs" / f"{name}.yaml").write_text(SPEC.format(name=name))
    (tmp_path / "specs" / "half.yaml").write_text("tasks:\n  half-one:\n    prompt: [")
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")
    return tmp_path


def after(line: str, **environ: str) -> list[str]:
    """Answer how a line goes on, of which the last word is not finished."""
    *before, incomplete = line.split(" ")
    return [value for value, _, _ in completions(before, incomplete, environ)]


def test_verbs_and_their_other_names() -> None:
    assert set(after("")) == {*COMMANDS, *ALIASES}
    assert after("di") == ["diff"]
    assert after("-q -C .. --color always exp") == ["explain"]
    assert after("pl") == ["plan"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("explain ", ["auth-one", "auth/both", "half-one", "web-one", "web/both"]),
        ("explain au", ["auth-one", "auth/auth-one", "auth/both"]),
        ("explain auth/", ["auth/auth-one", "auth/both"]),
        ("explain auth-one ", []),
        ("why half", ["half-one", "half/half-one"]),
        ("stop auth-one we", ["web-one", "web/web-one", "web/both"]),
        ("diff ", ["auth", "half", "web"]),
        ("diff auth we", ["web"]),
        ("diff specs/a", ["specs/auth.yaml"]),
        ("diff --only web-", ["web-one"]),
        ("diff --only=web-", ["--only=web-one"]),
        ("diff --only = web-", ["web-one"]),
        ("diff --only =", ["auth-one", "auth/both", "half-one", "web-one", "web/both"]),
        ("diff --label ", ["slow"]),
        ("logs auth-one --check ", ["mine"]),
        ("logs -f auth-", ["auth-one"]),
        ("history we", ["web-one", "web/web-one", "web/both", "web"]),
        ("list --status b", ["blocked"]),
        ("list --status=b", ["--status=blocked"]),
        ("diff --col", ["--color"]),
        ("diff --color n", ["never"]),
        ("apply --jobs ", []),
        ("apply --jobs 2 we", ["web"]),
        ("apply --yes -- we", ["web"]),
        ("apply -- --y", []),
        ("schema ", ["spec", "settings", "plan"]),
        ("completion z", ["zsh"]),
        ("help exit", ["exit-codes"]),
        ("help st", ["states", "status", "stop"]),
        ("help fields ", []),
        ("--vers", ["--version"]),
        ("diff --vers", []),
        ("nothing ", []),
        ("nothing --onl", []),
    ],
)
def test_what_may_come_next(line: str, told: list[str]) -> None:
    assert after(line) == told


def test_options_of_a_verb_come_with_those_of_all() -> None:
    found = after("apply --")
    assert {"--yes", "--retry-failed", "--target", "--color", "--help"} < set(found)
    assert "--interval" not in found


def test_files_and_folders_are_for_the_shell() -> None:
    assert completions(["diff", "--json-into"], "a", {}) == [("a", "file", "")]
    assert completions(["-C"], "", {}) == [("", "dir", "")]


def test_another_folder_counts(repo: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    bare = tmp_path_factory.mktemp("bare")
    assert after(f"-C {bare} explain ") == []
    assert after("explain au", SPECRUN_DIR=str(bare)) == []
    assert after(f"-C {repo} explain auth-", SPECRUN_DIR=str(bare)) == ["auth-one"]
    assert after(f"explain -C {repo} auth-", SPECRUN_DIR=str(bare)) == ["auth-one"]


def test_a_home_is_understood_though_the_shell_has_not_written_it_out(
    repo: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(repo.parent))
    monkeypatch.chdir(tmp_path_factory.mktemp("bare"))
    assert after(f"-C ~/{repo.name} explain auth-") == ["auth-one"]


def test_what_would_need_quotes_is_not_offered(repo: Path) -> None:
    (repo / "specs" / "odd.yaml").write_text('labels: [fine, "$(touch x)", "a;b", "*"]\ntasks: {}\n')
    assert after("diff --label ") == ["slow", "fine"]


def test_topics_are_told_with_what_they_are_about() -> None:
    found = completions(["help"], "exit", {})
    assert found == [("exit-codes", "plain", TOPICS["exit-codes"])]


@pytest.mark.parametrize(
    ("shell", "told"),
    [
        ("bash", "plain,auth-one\n"),
        ("zsh", "plain\nauth-one\nauth\n"),
        ("fish", "plain,auth-one\tauth\n"),
    ],
)
def test_each_shell_is_answered_in_its_way(shell: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMP_WORDS", "specrun explain auth-")
    monkeypatch.setenv("COMP_CWORD", "auth-" if shell == "fish" else "2")
    assert answer(f"{shell}_complete", {}) == told


def test_scripts_are_those_of_click() -> None:
    assert "_SPECRUN_COMPLETE=bash_complete" in answer("bash_source", {})
    assert answer("tcsh_source", {}) == ""
