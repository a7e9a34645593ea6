"""Gives every test its own home, git and tmux, and fails those that leave workers behind."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from tests import processes
from tests.poll import until

# No deadline: a busy machine is not a bug. Runs in CI repeat exactly.
hypothesis.settings.register_profile("house", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("house")

pytest_plugins = ["tests.clis.fixtures"]

IDENTITY = ("-c", "user.name=Test", "-c", "user.email=test@example.invalid")


@pytest.fixture(autouse=True)
def _own_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep the person's home, git settings, state and tmux servers out of reach.

    No git identity is set: specrun's own commits must not need one.
    """
    for name in [name for name in os.environ if name.startswith(("SPECRUN_", "GIT_", "TMUX", "XDG_"))]:
        monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    # The path of a tmux socket must be short, so it cannot lie below tmp_path.
    sockets = Path(tempfile.mkdtemp(prefix="specrun-"))
    for name, value in {
        "HOME": home,
        "XDG_CONFIG_HOME": home / ".config",
        "XDG_STATE_HOME": home / ".local" / "state",
        "SPECRUN_HOME": tmp_path / "state",
        "TMUX_TMPDIR": sockets,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
    }.items():
        monkeypatch.setenv(name, str(value))
    yield
    shutil.rmtree(sockets, ignore_errors=True)


@pytest.fixture(autouse=True)
def _no_one_left(_own_world: None, tmp_path: Path) -> Iterator[None]:
    """Fail a test whose workers or shims outlive it, and end them."""
    yield
    # A server that shows a failed worker has the shim's path on its command line; it is a view, no worker.
    for socket in Path(os.environ["TMUX_TMPDIR"]).glob("tmux-*/*"):
        subprocess.run(["tmux", "-S", str(socket), "kill-server"], check=False, capture_output=True)
    try:
        until(lambda: not processes.left_behind(tmp_path), timeout=5)
    except AssertionError:
        left = processes.left_behind(tmp_path)
        processes.end(left)
        pytest.fail(f"left processes behind: {left}")


@pytest.fixture
def tmux_socket() -> Iterator[str]:
    """Answer the name of a private tmux server (`tmux -L NAME`) that ends with the test."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    name = f"test-{secrets.token_hex(4)}"
    yield name
    subprocess.run(["tmux", "-L", name, "kill-server"], check=False, capture_output=True)


Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """Answer a function that runs git with an identity of its own, in `repo` unless `cwd` says otherwise."""

    def run(*args: str, cwd: Path = tmp_path / "repo") -> str:
        return subprocess.run(
            ["git", *IDENTITY, *args], cwd=cwd, check=True, capture_output=True, text=True
        ).stdout.strip()

    return run


@pytest.fixture
def repo(tmp_path: Path, git: Git) -> Path:
    """Make a git repo on branch `main` with one commit."""
    root = tmp_path / "repo"
    root.mkdir()
    git("init", "--quiet", "--initial-branch=main")
    (root / "README.md").write_text("# A repo\n")
    git("add", "README.md")
    git("commit", "--quiet", "--message=Begin")
    return root
