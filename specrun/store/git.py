"""Runs git, the only caller of it: fixed environment, no hooks, time limits, plain errors."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from specrun.errors import EnvironmentProblem
from specrun.store import refs
from specrun.store.printable import one_line

OLDEST = (2, 38)
"""The first git that merges without a working tree."""

SHORT = 60.0
LONG = 900.0
"""Seconds that a look-up, and a copy of a whole tree, may take."""

# Of git's own variables only these pass: who commits, and where the user keeps configuration. The rest
# (GIT_DIR, GIT_INDEX_FILE, …) may come from a hook that started specrun and would point git elsewhere.
_KEPT = re.compile(
    r"GIT_(AUTHOR|COMMITTER)_(NAME|EMAIL)|GIT_CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+)"
    r"|GIT_CEILING_DIRECTORIES|GIT_EXEC_PATH"
)
_FIXED = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_PAGER": "cat",
    "LC_ALL": "C",
}
_SETTINGS = (
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "gc.auto=0"),
    *("-c", "maintenance.auto=false"),
    *("-c", "submodule.recurse=false"),
)

_OWNED = re.compile(r"repository at '(.+)'")

READING = frozenset(
    {"cat-file", "config", "for-each-ref", "ls-files", "ls-tree", "merge-base", "rev-list", "rev-parse"}
    | {"status", "symbolic-ref", "version"}
)
"""What git is asked for by commands that only look; `config` with --get-regexp only."""

LOOKING = {"GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": ""}
"""The environment of a look: what a clone has left behind is not fetched for it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What git said: its exit code, and its output and complaints as bytes."""

    code: int
    out: bytes
    err: bytes

    @property
    def text(self) -> str:
        """Standard output without surrounding white space; undecodable bytes are kept as surrogates."""
        return os.fsdecode(self.out).strip()


def _surrounding() -> dict[str, str]:
    """The environment without what would point git elsewhere."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or _KEPT.fullmatch(name)
    }


def run_git(
    arguments: Sequence[str],
    cwd: Path,
    *,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    codes: Sequence[int] = (0,),
    seconds: float = SHORT,
) -> Answer:
    """Run git in `cwd`; exit codes outside `codes` are an EnvironmentProblem that quotes git's first line."""
    verb = arguments[0]
    try:
        done = _run(["git", *_SETTINGS, *arguments], cwd, dict(env or {}), stdin, seconds)
    except (FileNotFoundError, NotADirectoryError) as exc:
        if not cwd.is_dir():
            raise EnvironmentProblem(f"there is no folder {cwd}", "name an existing folder") from exc
        raise EnvironmentProblem("git is not installed", "install git 2.38 or newer") from exc
    except subprocess.TimeoutExpired as exc:
        problem = f"git {verb} did not end within {seconds:.0f} s"
        raise EnvironmentProblem(
            problem, "see whether the disk or another git is stuck, then run again"
        ) from exc
    except OSError as exc:
        raise EnvironmentProblem(f"git cannot be started: {exc.strerror}", "see `specrun doctor`") from exc
    if done.returncode not in codes:
        said = one_line(done.stderr.decode("utf-8", "replace")) or f"exit code {done.returncode}"
        raise EnvironmentProblem(f"git {verb} failed: {said}")
    return Answer(done.returncode, done.stdout, done.stderr)


def _run(
    command: Sequence[str], cwd: Path, env: Mapping[str, str], stdin: bytes, seconds: float
) -> subprocess.CompletedProcess[bytes]:
    """Run to the end, or end git with its helpers, e.g. an ssh that hears nothing. Raises TimeoutExpired."""
    with subprocess.Popen(
        command,
        cwd=cwd,
        env={**_surrounding(), **_FIXED, **env},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Ctrl-C is for specrun: git is to finish what it began.
        process_group=0,
    ) as process:
        try:
            out, err = process.communicate(stdin, seconds)
        except BaseException:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(command, process.returncode, out, err)


@dataclass(frozen=True, slots=True)
class Git:
    """The user's repository: its working tree's root, its git dir, and the one shared by all worktrees."""

    root: Path
    git_dir: Path
    common_dir: Path

    @property
    def objects(self) -> Path:
        """Where the objects lie."""
        return self.common_dir / "objects"

    def run(
        self,
        *arguments: str,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        codes: Sequence[int] = (0,),
        seconds: float = SHORT,
    ) -> Answer:
        """Run git at the root with the user's own configuration, hooks and file monitor off."""
        place = {"GIT_DIR": str(self.git_dir), "GIT_WORK_TREE": str(self.root)}
        return run_git(
            arguments, self.root, env=place | dict(env or {}), stdin=stdin, codes=codes, seconds=seconds
        )

    def head(self) -> tuple[str, str]:
        """Answer (branch or "" when detached, commit); from files where they say it, for every tick asks.

        Raises EnvironmentProblem when there is no commit yet.
        """
        seen = refs.read_head(self.git_dir, self.common_dir)
        if seen is not None and seen.commit:
            return seen.branch, seen.commit
        found = self.run(
            "rev-parse", "--verify", "--quiet", "--end-of-options", "HEAD^{commit}", codes=(0, 1, 128)
        )
        if found.code or not found.text:
            raise EnvironmentProblem(
                "this repository has no commit yet",
                'make one first: git add -A && git commit -m "first commit"',
            )
        branch = self.run("symbolic-ref", "--quiet", "--short", "HEAD", codes=(0, 1)).text
        return branch, found.text

    def dirty(self) -> tuple[str, ...]:
        """List the paths that differ from HEAD, untracked ones too (a new folder as one entry), sorted.

        Filters are programs that a file of the repository chooses, so none runs: what one would have made the
        same counts as different, unless its time tells that nobody has touched it.
        """
        out = self.run(
            *("status", "--porcelain", "-z", "--no-renames", "--untracked-files=normal"),
            "--ignore-submodules=all",
            env=LOOKING | self._unfiltered(),
        ).out
        return tuple(sorted(os.fsdecode(entry[3:]) for entry in out.split(b"\0") if entry))

    def uncommitted(self, files: Iterable[str]) -> tuple[str, ...]:
        """Answer which of some files (paths from the root) differ from HEAD; ignored ones are left out."""
        dirty = self.dirty()
        folders = tuple(name for name in dirty if name.endswith("/"))
        return tuple(sorted({name for name in files if name in dirty or name.startswith(folders)}))

    def _unfiltered(self) -> dict[str, str]:
        """Answer the environment in which the filters that are configured do nothing."""
        wanted = r"^filter\..*\.(clean|process)$"
        found = self.run("config", "-z", "--name-only", "--get-regexp", wanted, codes=(0, 1)).out
        drivers = {name.rpartition(".")[0] for name in os.fsdecode(found).split("\0") if name}
        off = {"clean": "", "process": "", "required": "false"}
        values = [(f"{driver}.{key}", value) for driver in sorted(drivers) for key, value in off.items()]
        told = os.environ.get("GIT_CONFIG_COUNT", "")
        first = int(told) if told.isdecimal() else 0
        env = {"GIT_CONFIG_COUNT": str(first + len(values))}
        for number, (name, value) in enumerate(values, first):
            env |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
        return env if values else {}

    def person(self) -> str:
        """Answer who would make a commit here, as `Name <mail>`; "" where nobody has said so.

        What git would make up of user and host is nobody's name, and finding it out asks the network.
        """
        try:
            told = self.run("-c", "user.useConfigOnly=true", "var", "GIT_AUTHOR_IDENT").text
        except EnvironmentProblem:
            return ""
        return re.sub(r" \d+ [-+]\d+$", "", told)

    def ref(self, name: str) -> str | None:
        """Answer the object that a reference names, None when it is missing."""
        if refs.stored_otherwise(self.common_dir):
            return self.refs(name).get(name)
        return refs.resolve(self.common_dir, name)

    def refs(self, prefix: str) -> Mapping[str, str]:
        """Answer all references below a prefix such as `refs/heads`: name to object."""
        if not refs.stored_otherwise(self.common_dir):
            return refs.below(self.common_dir, prefix)
        out = os.fsdecode(self.run("for-each-ref", "--format=%(refname) %(objectname)", prefix).out)
        return dict(line.split(" ") for line in out.splitlines())

    def set_ref(self, name: str, commit: str, why: str) -> None:
        """Point a reference at a commit; one that is there already is left alone."""
        if refs.resolve(self.common_dir, name) != commit:
            self.run("update-ref", "-m", why, "--end-of-options", name, commit)


def discover(start: Path) -> Git:
    """Find the repository around `start`.

    Raises EnvironmentProblem when there is no git or too old a one, no repository, or no working tree.
    """
    _require(run_git(["version"], start).text)
    asked = ["rev-parse", "--path-format=absolute", "--is-inside-work-tree"]
    found = run_git([*asked, "--git-common-dir", "--absolute-git-dir"], start, codes=(0, 128))
    if found.code:
        # Asked again so that git itself says what is wrong, e.g. that the folder belongs to someone else.
        try:
            run_git([*asked], start)
        except EnvironmentProblem as exc:
            if "not a git repository" in exc.what:
                problem = f"{start} is not inside a git repository"
                raise EnvironmentProblem(
                    problem, "run `git init` there, or name a repository with -C"
                ) from exc
            if "dubious ownership" in exc.what:
                trusting = f"if you trust it, run `{trust(exc.what, start)}`"
                raise EnvironmentProblem(exc.what, trusting) from exc
            raise
    inside, *places = found.text.splitlines()
    if inside != "true":
        raise EnvironmentProblem(
            f"{start} has no working tree: it is a bare repository or the inside of a .git folder",
            "run specrun in a normal clone",
        )
    root = os.fsdecode(run_git(["rev-parse", "--path-format=absolute", "--show-toplevel"], start).out)[:-1]
    if len(places) != 2 or "\n" in root:  # noqa: PLR2004 - common dir and git dir
        raise EnvironmentProblem(f"the path {root!r} contains a line break", "move the repository")
    return Git(root=Path(root).resolve(), git_dir=Path(places[1]), common_dir=Path(places[0]))


def trust(what: str, start: Path) -> str:
    """Answer the command that lets git work in a folder of somebody else's, which may lie above `start`."""
    found = _OWNED.search(what)
    return f"git config --global --add safe.directory {quote(found[1] if found else str(start))}"


def _require(text: str) -> None:
    digits = re.search(r"(\d+)\.(\d+)", text)
    version = (int(digits[1]), int(digits[2])) if digits else OLDEST
    if version < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise EnvironmentProblem(f"{one_line(text)} is too old", f"install git {oldest} or newer")
