"""Commits exactly the files it is given on top of HEAD, whatever else is dirty or staged."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from specrun.errors import Refused
from specrun.store.git import Git
from specrun.store.plumbing import IDENTITY

_UNDER_WAY = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply")


Edit = Callable[[bytes], bytes]
"""Answers what is to become of a file's content."""
_FILES = ("100644", "100755")
"""The modes of regular files."""


def commit_paths(
    git: Git,
    paths: Sequence[Path],
    message: str,
    trailers: Mapping[str, str],
    edits: Mapping[str, Edit] | None = None,
) -> str | None:
    """Commit these files (missing ones as deletions) and answer the commit, None when HEAD has them so.

    `edits` change files (path from the root) as HEAD has them, whatever the working tree holds; one that HEAD
    does not have, or not as a regular file, is left out. The index is changed for these paths only, and where
    something else of an edited file is staged, that stays so. Raises Refused while a merge or rebase is under
    way, and EnvironmentProblem when git cannot write, e.g. because another git holds the index.
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
    tree = _tree(git, head, fed, edits or {})
    if tree == git.run("rev-parse", "--verify", f"{head}^{{tree}}").text:
        return None
    footer = "".join(f"{name}: {value}\n" for name, value in trailers.items())
    text = os.fsencode(f"{message.rstrip()}\n\n{footer}")
    commit = git.run("commit-tree", "-p", head, "-F", "-", tree, env=_people(git), stdin=text).text
    # The index first: should the reference fail to move, the files are merely staged.
    git.run("update-index", "--add", "--remove", "-z", "--stdin", stdin=fed)
    _edit(git, edits or {}, {})
    git.run("update-ref", "-m", f"specrun: {message.splitlines()[0]}", "HEAD", commit, head)
    return commit


def _tree(git: Git, head: str, fed: bytes, edits: Mapping[str, Edit]) -> str:
    with tempfile.TemporaryDirectory(prefix="specrun-index-") as folder:
        env = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        git.run("read-tree", head, env=env)
        git.run("update-index", "--add", "--remove", "-z", "--stdin", env=env, stdin=fed)
        _edit(git, edits, env)
        return git.run("write-tree", env=env).text


def _edit(git: Git, edits: Mapping[str, Edit], env: Mapping[str, str]) -> None:
    """Edit files in an index."""
    for path, edit in edits.items():
        entry = git.run("ls-files", "--stage", "-z", "--", path, env=env).out.split(b"\0")[0]
        mode, blob, stage = (*os.fsdecode(entry.partition(b"\t")[0]).split(" "), "", "", "")[:3]
        if mode not in _FILES or stage != "0":
            continue
        before = git.run("cat-file", "blob", blob).out
        after = edit(before)
        if after != before:
            written = git.run("hash-object", "-w", "--stdin", stdin=after).text
            fed = os.fsencode(f"{mode} {written}\t{path}\0")
            git.run("update-index", "-z", "--index-info", env=env, stdin=fed)


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
