"""Runs git on the host's objects with a configuration of its own, so that nothing planted can run."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path

from specrun.errors import EnvironmentProblem
from specrun.store.git import SHORT, Answer, Git, run_git
from specrun.system.files import replace_if_changed

IDENTITY = ("specrun", "specrun@localhost")
"""Who made the commits that specrun itself makes."""

FALLBACK = ("specrun worker", "worker@localhost")
"""Who commits in a workspace when the user has no identity."""

# What decides how bytes and names are stored; everything else (filters, drivers, monitors) stays behind.
_COPIED = (
    *("autocrlf", "eol", "safecrlf", "checkroundtripencoding", "filemode", "ignorecase", "symlinks"),
    *("precomposeunicode", "protecthfs", "protectntfs", "sharedrepository", "bigfilethreshold"),
)
_ASKED = rf"^(core\.({'|'.join(_COPIED)}|excludesfile)|user\.(name|email))$"

_COMMITTED = re.compile(rb"^committer .* (\d+) [-+]\d{4}$", re.MULTILINE)

ALONE = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_COUNT": "0",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
}
"""The environment in which git reads no configuration but that of its git dir."""


class Plumbing:
    """git with a private git dir and the host's objects.

    Programs come into git by configuration (filters, hooks, monitors, drivers), and attributes only choose
    among them; here there is no configuration but ours. Objects are durable when written.
    """

    def __init__(self, git: Git, folder: Path) -> None:
        self.git = git
        self.folder = folder
        self._settings: Mapping[str, str] | None = None

    def run(
        self,
        *arguments: str,
        tree: Path | None = None,
        index: Path | None = None,
        env: Mapping[str, str] | None = None,
        stdin: bytes = b"",
        codes: Sequence[int] = (0,),
        seconds: float = SHORT,
    ) -> Answer:
        """Run git on `tree` (none: on objects only) with the index file `index`."""
        self.settings()
        own = ALONE | {"GIT_DIR": str(self.folder), "GIT_OBJECT_DIRECTORY": str(self.git.objects)}
        if tree is not None:
            own["GIT_WORK_TREE"] = str(tree)
        if index is not None:
            own["GIT_INDEX_FILE"] = str(index)
        cwd = tree or self.folder
        return run_git(arguments, cwd, env=own | dict(env or {}), stdin=stdin, codes=codes, seconds=seconds)

    def settings(self) -> Mapping[str, str]:
        """Read, once, the host's settings that decide how content is stored, and set up the git dir."""
        if self._settings is None:
            out = self.git.run("config", "-z", "--get-regexp", _ASKED, codes=(0, 1)).out
            pairs = (entry.partition("\n") for entry in os.fsdecode(out).split("\0") if entry)
            found = {name: value if mark else "true" for name, mark, value in pairs}
            self._build(found)
            self._settings = found
        return self._settings

    def format(self) -> str:
        """The lines that say which hash the repository uses."""
        if len(self.git.head()[1]) > 40:  # noqa: PLR2004 - the length of a SHA-1
            return "[core]\n\trepositoryformatversion = 1\n[extensions]\n\tobjectformat = sha256\n"
        return "[core]\n\trepositoryformatversion = 0\n"

    def copy_shared(self, git_dir: Path) -> None:
        """Give a git dir what the host knows of cut-off history (shallow clones) and private ignores."""
        for name in ("shallow", "info/exclude"):
            source, target = self.git.common_dir / name, git_dir / name
            try:
                content = source.read_bytes()
            except FileNotFoundError:
                target.unlink(missing_ok=True)
                continue
            target.parent.mkdir(exist_ok=True)
            replace_if_changed(target, content)

    def commit(self, tree: str, parents: Sequence[str], when: float, message: str) -> str:
        """Write a commit that depends on nothing but what is given."""
        name, email = IDENTITY
        date = f"@{int(when)} +0000"
        people = {
            f"GIT_{role}_{part}": value
            for role in ("AUTHOR", "COMMITTER")
            for part, value in (("NAME", name), ("EMAIL", email), ("DATE", date))
        }
        named = [word for parent in parents for word in ("-p", parent)]
        text = os.fsencode(message.rstrip("\n") + "\n")
        return self.run("commit-tree", *named, "-F", "-", tree, env=people, stdin=text).text

    def dates(self, commits: Iterable[str]) -> dict[str, int]:
        """Answer when commits were made, in seconds since the epoch; those that are not here are left out."""
        names = list(dict.fromkeys(commits))
        asked = "".join(f"{name}^0\n" for name in names).encode()
        answer = BytesIO(self.run("cat-file", "--batch", stdin=asked).out)
        dates: dict[str, int] = {}
        for name in names:
            words = answer.readline().split()
            if words[1:2] == [b"commit"]:
                stamp = _COMMITTED.search(answer.read(int(words[2]) + 1))
                if stamp is not None:
                    dates[name] = int(stamp[1])
        return dates

    def _build(self, found: Mapping[str, str]) -> None:
        try:
            for folder in ("objects", "refs", "info"):
                (self.folder / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
            excludes = Path(found.get("core.excludesfile", "")).expanduser()
            ignored = f"\texcludesfile = {quoted(str(excludes))}\n" if excludes.is_absolute() else ""
            own = "\tbare = true\n\tfsync = committed,loose-object\n"
            config = f"{self.format()}[core]\n{own}{storage(found)}{ignored}"
            replace_if_changed(self.folder / "config", os.fsencode(config))
            replace_if_changed(self.folder / "HEAD", b"ref: refs/heads/none\n")
            self.copy_shared(self.folder)
        except OSError as exc:
            problem = f"cannot write {exc.filename or self.folder}: {exc.strerror}"
            raise EnvironmentProblem(problem, "free some space, or set SPECRUN_HOME elsewhere") from exc


def storage(settings: Mapping[str, str]) -> str:
    """Answer the lines of a [core] section that make a git dir store content as the host does."""
    keys = {name.removeprefix("core."): value for name, value in settings.items()}
    return "".join(f"\t{key} = {quoted(keys[key])}\n" for key in _COPIED if key in keys)


def quoted(value: str) -> str:
    """Write a value as git's configuration files want it."""
    text = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{text}"'
