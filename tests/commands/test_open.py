"""Tests `specrun open`."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.conftest import Begin, Spec, Specrun
from tests.poll import until
from tests.scenarios.display import Display

Git = Callable[..., str]
TASKS = """
one: {prompt: 'echo 1 > one'}
two: {prompt: 'echo $SPECRUN_ATTEMPT > two; exit 1', retry: {limit: 1}}
none: {prompt: 'true', workspace: none}
late: {prompt: 'true', depends_on: [two]}
"""


@pytest.fixture
def done(spec: Spec, specrun: Specrun, git: Git) -> Path:
    """A spec that has been applied, with clones."""
    path = spec(TASKS)
    path.write_text(path.read_text().replace("\nworkspace: none\n", "\n"))
    git("add", "--all")
    git("commit", "--quiet", "--message=Spec")
    specrun("apply", "--yes")
    return path


@pytest.mark.usefixtures("done")
def test_without_a_terminal_the_path_is_all(specrun: Specrun, git: Git, repo: Path) -> None:
    said = specrun("open", "one")
    one = Path(said.out.rstrip("\n"))
    assert (said.code, said.err, (one / "one").read_text()) == (0, "", "1\n")
    assert one.parent.parts[-3:] == ("open", "demo", "one")
    assert not one.is_relative_to(repo)
    (one / "one").write_text("mended\n")
    assert specrun("open", "demo/one", "--path").out == said.out
    assert (one / "one").read_text() == "mended\n"


@pytest.mark.usefixtures("done")
def test_of_a_failure_its_last_attempt_or_any_is_opened(specrun: Specrun) -> None:
    for arguments, text in (((), "2\n"), (("--attempt", "1"), "1\n"), (("--attempt", "2"), "2\n")):
        path = Path(specrun("open", "two", *arguments).out.rstrip("\n"))
        assert (path / "two").read_text() == text
    said = specrun("open", "two", "--attempt", "3")
    assert (said.code, said.err) == (
        64,
        "specrun: attempt 3 of demo/two has left no commit here; fix: pass one of 1, 2\n",
    )


@pytest.mark.usefixtures("done")
def test_the_branch_of_the_task_stays_free(specrun: Specrun, spec: Spec, git: Git, done: Path) -> None:
    first = specrun("open", "one").out
    done.write_text(done.read_text().replace("echo 1 >", "echo new >"))
    assert "demo/one succeeded" in specrun("apply", "--yes").out
    assert git("show", "specrun/demo/one:one") == "new"
    second = specrun("open", "one").out
    assert first != second
    assert (Path(first.rstrip("\n")) / "one").read_text() == "1\n"


@pytest.mark.usefixtures("done")
def test_what_has_left_nothing_is_told(specrun: Specrun, repo: Path) -> None:
    said = specrun("open", "none")
    assert (said.code, said.err) == (
        64,
        f"specrun: demo/none works in the repository itself (workspace: none); fix: look around in {repo}\n",
    )
    said = specrun("open", "late")
    assert (said.code, said.err) == (
        64,
        "specrun: demo/late has left no commit; fix: run specrun apply\n",
    )
    assert "see specrun history demo/late" in specrun("open", "late", "--attempt", "1").err
    assert "did you mean demo/late?" in specrun("open", "lat").err


def test_what_runs_is_for_attach_and_logs(
    spec: Spec, specrun: Specrun, begin: Begin, repo: Path, git: Git
) -> None:
    path = spec(f"one: {{prompt: 'touch {repo}/began; while [ ! -e {repo}/go ]; do sleep 0.02; done'}}")
    path.write_text(path.read_text().replace("\nworkspace: none\n", "\n"))
    process = begin("apply", "--yes")
    until((repo / "began").exists)
    said = specrun("open", "one")
    assert said.code == 64
    assert said.err == (
        "specrun: demo/one is running (attempt 1); fix: see it at work with specrun attach demo/one"
        " or specrun logs -f demo/one\n"
    )
    git("update-ref", "refs/specrun/attempts/demo/one/1", "HEAD")
    assert ", or pass --attempt 1 for what an earlier one has left" in specrun("open", "one").err
    assert specrun("open", "one", "--attempt", "1").code == 0
    (repo / "go").touch()
    process.communicate(timeout=30)


@pytest.mark.tmux
@pytest.mark.usefixtures("done")
def test_on_a_terminal_a_shell_is_started_there(
    specrun: Specrun, repo: Path, tmux_socket: str, git: Git
) -> None:
    path = specrun("open", "two").out.rstrip("\n")
    specrun("open", "two", "--attempt", "1")
    env = {"SHELL": "/bin/sh", "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.invalid"}
    env |= {"GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.invalid"}
    with Display(tmux_socket, repo, columns=100, env=env) as display:
        display.run("specrun open two")
        display.shows(
            "The checkout, as it was left, of demo/two (failed), commit ",
            "then in your repository: git merge mend/two",
            'and for it to count: specrun accept demo/two --reason "mended by hand"',
            "Of other results one is in ",
        )
        display.run("clear; pwd")
        display.waits(lambda screen: path in screen.replace("\n", ""))
        display.keys("C-c")
        display.waits(lambda screen: screen.rpartition("^C\n")[2].strip() in {"#", "$"})
        display.run("echo mended > two; git commit --quiet --all --message=Mend; git push -q origin HEAD")
        until(lambda: git("for-each-ref", "refs/heads/mend/two"))
        display.run("exit 7")
        display.run("echo left $?; read enter; clear")
        display.shows("left 0")
        display.keys("Enter")
        display.lacks("left")
        display.run(
            'clear; git merge -q mend/two && specrun accept demo/two --reason "mended by hand"; echo code $?'
        )
        assert "Accepted demo/two" in display.shows("code 0")
        display.run('clear; (cd "$(specrun open one)" && cat one); specrun open one --path')
        # The path may be longer than a row.
        display.waits(lambda screen: "1\n" in screen and "/open/demo/one/" in screen.replace("\n", ""))


@pytest.mark.tmux
@pytest.mark.usefixtures("done")
def test_ctrl_c_is_for_what_runs_there(repo: Path, tmux_socket: str, tmp_path: Path) -> None:
    shell = tmp_path / "shell"
    shell.write_text("#!/bin/sh\ntrap 'echo heard; exit 3' INT\necho at work\nwhile :; do sleep 0.02; done\n")
    shell.chmod(0o755)
    with Display(tmux_socket, repo) as display:
        display.run(f"SHELL={shell} specrun open one; echo left $?")
        display.shows("at work")
        display.keys("C-c")
        display.shows("heard\n", "left 0\n")


@pytest.mark.usefixtures("done")
def test_a_shell_that_is_none_is_not_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from specrun.commands.open import _shell

    for wrong in ("", "sh", str(tmp_path / "none"), str(tmp_path)):
        monkeypatch.setenv("SHELL", wrong)
        assert os.path.basename(_shell()) == "sh"  # noqa: PTH119


def test_prune_takes_away_what_is_unchanged_and_of_old_results(
    specrun: Specrun, done: Path, repo: Path, git: Git
) -> None:
    old, mended = (Path(specrun("open", name).out.rstrip("\n")) for name in ("one", "two"))
    (mended / "two").write_text("mended\n")
    assert specrun("prune", "--dry-run").out == "There is nothing to remove.\n"
    done.write_text(
        done.read_text().replace("echo 1 >", "echo new >").replace("ATTEMPT > two", "ATTEMPT > 2")
    )
    specrun("apply", "--yes")
    new = Path(specrun("open", "one").out.rstrip("\n"))
    said = specrun("prune", "--yes")
    assert "Removed 1 checkout, " in said.out
    assert (
        f"  {mended.relative_to(mended.parents[3])}: it holds changes that are nowhere else; fix: "
        in said.out
    )
    assert (old.exists(), new.exists(), mended.exists()) == (False, True, True)
    # Of a task that is gone, all go.
    git("merge", "--quiet", "specrun/demo/one")
    done.write_text(done.read_text().replace("  one: {prompt: 'echo new > one'}\n", ""))
    said = specrun("prune", "--yes")
    assert " checkout" in said.out
    assert not new.exists()
