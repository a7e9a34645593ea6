"""Commits exactly the files it is given on top of HEAD, whatever else is dirty or staged."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from specrun.errors import Refused
from specrun.store.git import Git
from specrun.store.plumbing import IDENTITY

_UNDER_WAY = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply")


def commit_paths(git: Git, paths: Sequence[Path], message: str, trailers: Mapping[str, str]) -> str | None:
    """Commit these files (missing ones as deletions) and answer the commit, None when HEAD has them so.

    The index is changed for these paths only. Raises Refused while a merge or rebase is under way, and
    EnvironmentProblem when git cannot write, e.g. because another git holds the index.
    """
    _, head = git.head()
    under_way = next((name for name in _UNDER_WAY if (git.git_dir / name).exists()), None)
    if under_way is not None:
        raise Refused(
            f"the repository is in the middle of something ({under_way})",
            "finish or abort it, then run again with --commit",
        )
    named = [path.resolve().relative_to(git.root) if path.is_absolute() else path for path in paths]
    fed = b"".join(os.fsencode(path.as_posix()) + b"\0" for path in named)
    tree = _tree(git, head, fed)
    if tree == git.run("rev-parse", "--verify", f"{head}^{{tree}}").text:
        return None
    footer = "".join(f"{name}: {value}\n" for name, value in trailers.items())
    text = os.fsencode(f"{message.rstrip()}\n\n{footer}")
    commit = git.run("commit-tree", "-p", head, "-F", "-", tree, env=_people(git), stdin=text).text
    # The index first: should the reference fail to move, the files are merely staged.
    git.run("update-index", "--add", "--remove", "-z", "--stdin", stdin=fed)
    git.run("update-ref", "-m", f"specrun: {message.splitlines()[0]}", "HEAD", commit, head)
    return commit


def _tree(git: Git, head: str, fed: bytes) -> str:
    with tempfile.TemporaryDirectory(prefix="specrun-index-") as folder:
        env = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        git.run("read-tree", head, env=env)
        git.run("update-index", "--add", "--remove", "-z", "--stdin", env=env, stdin=fed)
        return git.run("write-tree", env=env).text


def _people(git: Git) -> dict[str, str]:
    """Name specrun where the user has no identity of their own."""
    known = git.run("config", "--get-regexp", r"^(user|author|committer)\.(name|email)$", codes=(0, 1)).text
    keys = {line.split(" ", 1)[0] for line in known.splitlines()}
    people = {}
    for role in ("author", "committer"):
        for part, value in zip(("name", "email"), IDENTITY, strict=True):
            variable = f"GIT_{role}_{part}".upper()
            if not keys & {f"user.{part}", f"{role}.{part}"} and variable not in os.environ:
                people[variable] = value
    return people
