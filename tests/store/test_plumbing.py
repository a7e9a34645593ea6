"""Tests that the private git obeys nobody's configuration and stores content as the host does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from specrun.errors import EnvironmentProblem
from specrun.store.git import Git
from specrun.store.layout import Layout
from specrun.store.plumbing import Plumbing, quoted, storage

Run = Callable[..., str]


def test_no_filter_of_host_or_user_runs(
    repo: Path, tmp_path: Path, plumbing: Plumbing, git: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = tmp_path / "sprung"
    settings = tmp_path / "global"
    settings.write_text(f'[filter "x"]\n\tclean = "touch {trap}; cat"\n\trequired = true\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "filter.x.clean")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", f"touch {trap}; cat")
    git("config", "filter.x.clean", f"touch {trap}; cat")
    (repo / ".gitattributes").write_text("* filter=x\n")

    plumbing.run("update-index", "--add", "README.md", tree=repo, index=tmp_path / "index")

    assert not trap.exists()
    git("add", "README.md")
    git("update-index", "--really-refresh")
    (repo / "new").write_text("x")
    git("add", "new")
    assert trap.exists(), "the trap works when it is stepped on"


def test_storage_settings_of_the_host_are_kept(
    repo: Path, plumbing: Plumbing, git: Run, tmp_path: Path
) -> None:
    git("config", "core.autocrlf", "true")
    (repo / "windows.txt").write_bytes(b"one\r\ntwo\r\n")

    plumbing.run("update-index", "--add", "windows.txt", tree=repo, index=tmp_path / "index")
    blob = plumbing.run("ls-files", "-s", index=tmp_path / "index").text.split()[1]

    assert git("cat-file", "-s", blob) == "8"


def test_what_the_user_ignores_is_ignored(repo: Path, plumbing: Plumbing, git: Run, tmp_path: Path) -> None:
    (tmp_path / "ignore").write_text("*.swp\n")
    git("config", "core.excludesFile", str(tmp_path / "ignore"))
    (repo / ".git/info/exclude").write_text("local\n")
    for name in ("a.swp", "local", "seen"):
        (repo / name).touch()

    out = plumbing.run("ls-files", "--others", "--exclude-standard", tree=repo, index=tmp_path / "i").text

    assert out.split() == ["README.md", "seen"]


def test_ignores_that_are_gone_are_forgotten(repo: Path, plumbing: Plumbing, layout: Layout) -> None:
    plumbing.settings()
    (repo / ".git/info/exclude").unlink()

    plumbing.copy_shared(layout.git)

    assert not (layout.git / "info/exclude").exists()


def test_a_commit_depends_only_on_what_is_given(
    plumbing: Plumbing, git: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree, head = git("rev-parse", "HEAD^{tree}", "HEAD").split()
    first = plumbing.commit(tree, [head], 1700000000.9, "Work\n")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Eve")
    monkeypatch.setenv("TZ", "Asia/Tokyo")

    assert plumbing.commit(tree, [head], 1700000000.1, "Work") == first
    assert git("log", "-1", "--format=%an <%ae> %ad|%cd", "--date=raw", first) == (
        "specrun <specrun@localhost> 1700000000 +0000|1700000000 +0000"
    )


def test_a_clock_that_stands_near_its_beginning_is_fine(plumbing: Plumbing, git: Run) -> None:
    commit = plumbing.commit(git("rev-parse", "HEAD^{tree}"), [], 1.0, "Work")

    assert git("log", "-1", "--format=%at %ct", commit) == "1 1"


def test_dates_are_told_of_commits_that_are_here(plumbing: Plumbing, git: Run) -> None:
    tree, head = git("rev-parse", "HEAD^{tree}", "HEAD").split()
    made = plumbing.commit(tree, [head], 1700000000.9, "Work\n\ncommitter x <y> 5 +0000\n")

    assert plumbing.dates([made, "c" * 40, head, made]) == {
        made: 1700000000,
        head: int(git("log", "-1", "--format=%ct", head)),
    }
    assert plumbing.dates([]) == {}


def test_a_commit_that_nobody_made_has_no_date(plumbing: Plumbing, git: Run, tmp_path: Path) -> None:
    (tmp_path / "forged").write_text(f"tree {git('rev-parse', 'HEAD^{tree}')}\n\nforged\n")
    forged = git("hash-object", "-t", "commit", "-w", "--literally", str(tmp_path / "forged"))
    head = git("rev-parse", "HEAD")

    assert set(plumbing.dates([forged, head])) == {head}


def test_values_survive_the_configuration_file(tmp_path: Path, git: Run) -> None:
    value = 'a "b" \\ c; # d\te\nf'
    (tmp_path / "config").write_text(f"[user]\n\tname = {quoted(value)}\n")

    assert git("config", "--file", str(tmp_path / "config"), "user.name", cwd=tmp_path) == value


def test_only_storage_settings_are_copied() -> None:
    assert storage({"core.autocrlf": "input", "core.excludesfile": "x", "user.name": "y"}) == (
        '\tautocrlf = "input"\n'
    )


def test_a_folder_that_cannot_be_written_is_named(host: Git, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(EnvironmentProblem, match=r"cannot write .*: Not a directory"):
        Plumbing(host, tmp_path / "file" / "git").run("version")


def test_sha256_repositories(tmp_path: Path, layout: Layout, git: Run) -> None:
    other = tmp_path / "other"
    git("init", "--quiet", "--object-format=sha256", str(other), cwd=tmp_path)
    git("commit", "--quiet", "--allow-empty", "--message=Begin", cwd=other)
    new = Plumbing(Git(root=other, git_dir=other / ".git", common_dir=other / ".git"), layout.git)

    assert new.run("cat-file", "-t", git("rev-parse", "HEAD", cwd=other)).text == "commit"
    assert (layout.git / "config").is_file()
