"""Reads what a worker left in its clone into the host's objects, without running git inside the clone."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from specrun.core.world import CarriedFile
from specrun.errors import EnvironmentProblem
from specrun.store import refs
from specrun.store.clones import side
from specrun.store.documents import writing
from specrun.store.git import LONG
from specrun.store.plumbing import Plumbing
from specrun.store.removal import erase, open_folders

_LIMITED = (
    *("-c", "fetch.fsckObjects=true"),
    *("-c", "core.fsync=committed,loose-object"),
    *("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"),
    *("--no-auto-maintenance", "--no-write-commit-graph", "--end-of-options"),
)

GONE = "000000"
"""The mode of a path that is not there any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """What a clone held: the commit with all of its work, and commits beside it that no reference holds."""

    commit: str
    others: tuple[str, ...] = ()


@dataclass(slots=True)
class _Listing:
    """Paths of a work tree that differ from an index."""

    gone: list[bytes] = field(default_factory=list)
    new: list[bytes] = field(default_factory=list)

    @property
    def any(self) -> bool:
        return bool(self.gone or self.new)


def gather(plumbing: Plumbing, path: Path, base: str, when: float, message: str) -> Harvest:
    """Bring commits and uncommitted files of the clone at `path` into the host's objects.

    The worker's commits are kept when they stand on `base` and are sound; else its files are put on `base`.
    """
    head, tips = _tips(path, base)
    new = [commit for commit in (head, *tips) if not _borrowed(path, commit)]
    if new and not _fetch(plumbing, path, new):
        head, new = base, []
    others = [commit for commit in new if commit != head]
    if head != base and plumbing.git.run("merge-base", "--is-ancestor", base, head, codes=(0, 1)).code:
        others, head = [head, *others], base
    others = _unnamed(plumbing, others)
    tree = _snapshot(plumbing, path, base, head)
    commit = head if tree is None else plumbing.commit(tree, [head], when, message)
    return Harvest(commit=commit, others=tuple(others))


def unchanged(plumbing: Plumbing, path: Path) -> bool:
    """Whether the files at `path` are those of the last `gather`, and no commit came since."""
    index = side(path, "collected")
    if not index.exists() or _listing(plumbing, path, index).any:
        return False
    head, tips = _tips(path, "")
    return _known(plumbing, [commit for commit in (head, *tips) if commit])


def saved(plumbing: Plumbing, path: Path) -> bool:
    """Whether nothing would be lost with the clone at `path`, which is only looked at.

    Its files are those of its HEAD, but for ignored ones, and references of the host hold all of its commits.
    """
    pristine, git_dir = side(path, "index"), path / ".git"
    head, tips = _tips(path, "")
    commits = [head, *tips, *refs.below(git_dir, "refs/tags").values()]
    if not head or refs.stored_otherwise(git_dir) or not (pristine.exists() and _known(plumbing, commits)):
        return False
    with tempfile.TemporaryDirectory(prefix="specrun-index-") as folder:
        index = Path(folder) / "index"
        shutil.copy2(pristine, index)
        plumbing.run("read-tree", "-m", "-i", head, tree=path, index=index, seconds=LONG)
        return not _listing(plumbing, path, index).any and not _unnamed(plumbing, commits)


def _tips(path: Path, base: str) -> tuple[str, tuple[str, ...]]:
    """Answer the commit of the clone's HEAD (`base` when it has no sound one), and its other branches'."""
    git_dir = path / ".git"
    try:
        if not stat.S_ISDIR(git_dir.lstat().st_mode):
            return base, ()
    except OSError:
        return base, ()
    seen = refs.read_head(git_dir, git_dir)
    head = seen.commit if seen is not None and seen.commit else base
    return head, tuple(sorted(set(refs.branches(git_dir).values()) - {head, base}))


def _known(plumbing: Plumbing, commits: Sequence[str]) -> bool:
    asked = "".join(f"{commit}\n" for commit in commits).encode()
    return b" missing\n" not in plumbing.run("cat-file", "--batch-check", stdin=asked).out


def _fetch(plumbing: Plumbing, path: Path, commits: Sequence[str]) -> bool:
    """Fetch commits from the clone's objects; False when they are broken or not there.

    The fetch reads a git dir made here that borrows the clone's objects: no git reads its configuration.
    """
    source = plumbing.folder / f"source-{os.urandom(4).hex()}"
    try:
        with writing(source, "free some space, run again"):
            _write_source(plumbing, source, path, commits)
        names = [f"refs/heads/{number}" for number, _ in enumerate(commits)]
        env = {"GIT_ALLOW_PROTOCOL": "file"}
        done = plumbing.git.run(*_LIMITED, str(source), *names, env=env, codes=range(256), seconds=LONG)
    finally:
        erase(source)
    return done.code == 0 and _known(plumbing, commits)


def _write_source(plumbing: Plumbing, source: Path, path: Path, commits: Sequence[str]) -> None:
    for folder in ("objects/info", "refs/heads"):
        (source / folder).mkdir(mode=0o700, parents=True)
    (source / "config").write_text(f"{plumbing.format()}[core]\n\tbare = true\n")
    borrowed = (path / ".git" / "objects", plumbing.git.objects)
    (source / "objects/info/alternates").write_bytes(
        b"".join(os.fsencode(place) + b"\n" for place in borrowed)
    )
    plumbing.copy_shared(source)
    for number, commit in enumerate(commits):
        (source / "refs/heads" / str(number)).write_text(f"{commit}\n")
    (source / "HEAD").write_text("ref: refs/heads/0\n")


def _unnamed(plumbing: Plumbing, commits: list[str]) -> list[str]:
    """Drop the commits that references of the host hold already."""
    if not commits:
        return []
    named = ("--not", "--branches", "--glob=refs/specrun")
    found = plumbing.git.run("rev-list", *commits, *named, seconds=LONG).text.split()
    return [commit for commit in commits if commit in found]


def _borrowed(path: Path, commit: str) -> bool:
    """Whether a commit can only come from the host, for the clone's own objects do not hold it."""
    objects = path / ".git" / "objects"
    return not (objects / commit[:2] / commit[2:]).exists() and not any(objects.glob("pack/*.pack"))


def _snapshot(plumbing: Plumbing, path: Path, base: str, head: str) -> str | None:
    """Write the tree of all files, tracked or not, that are not ignored; None when it is `head`'s."""
    pristine, collected = side(path, "index"), side(path, "collected")
    index = side(path, f"index-{os.urandom(4).hex()}")
    try:
        known = next((place for place in (collected, pristine) if place.exists()), None)
        if known is not None:
            # With its time: git looks into files that may have changed in the very second of their index.
            shutil.copy2(known, index)
        if head != base or known != pristine:
            # One tree with -m: entries that stay the same keep what is known about their files.
            plumbing.run("read-tree", "-m", "-i", head, tree=path, index=index, seconds=LONG)
        listing = _listing(plumbing, path, index)
        _update(plumbing, path, index, listing)
        index.replace(collected)
    except OSError as exc:
        raise EnvironmentProblem(
            f"cannot collect {path}: {exc.strerror}", "free some space, run again"
        ) from exc
    finally:
        index.unlink(missing_ok=True)
    if not listing.any:
        return None
    tree = plumbing.run("write-tree", index=collected).text
    return None if tree == plumbing.run("rev-parse", f"{head}^{{tree}}").text else tree


def _update(plumbing: Plumbing, path: Path, index: Path, listing: _Listing) -> None:
    for names, how in ((listing.gone, ("--force-remove",)), (listing.new, ("--add", "--replace"))):
        if names:
            fed = b"".join(name + b"\0" for name in names)
            options = ("update-index", *how, "-z", "--stdin")
            plumbing.run(*options, tree=path, index=index, stdin=fed, seconds=LONG)


def _listing(plumbing: Plumbing, path: Path, index: Path) -> _Listing:
    options = ("ls-files", "-z", "-t", "--deleted", "--modified", "--others", "--exclude-standard")
    answer = plumbing.run(*options, tree=path, index=index, seconds=LONG)
    if b"Permission denied" in answer.err:
        # What is in a closed folder looks deleted, or like nothing at all.
        open_folders(path)
        answer = plumbing.run(*options, tree=path, index=index, seconds=LONG)
    listing = _Listing()
    links: dict[bytes, bool] = {b"": False}
    for name in dict.fromkeys(entry[2:] for entry in answer.out.split(b"\0") if entry):
        kind = _kind(path, name, links)
        if kind == "gone":
            listing.gone.append(name)
        elif kind == "file":
            listing.new.append(name)
    return listing


def _kind(path: Path, name: bytes, links: dict[bytes, bool]) -> str:
    """Answer "file", "gone", or "other" for a nested repository, which is left alone."""
    full = os.path.join(os.fsencode(path), name)  # noqa: PTH118 - names are bytes here
    if _behind_link(os.fsencode(path), os.path.dirname(name), links):  # noqa: PTH120 - names are bytes here
        return "gone"
    try:
        mode = os.lstat(full).st_mode
    except OSError:
        return "gone"
    if stat.S_ISDIR(mode):
        return "other" if os.path.lexists(full + b"/.git") else "gone"
    if stat.S_ISREG(mode) and not mode & stat.S_IRUSR:
        os.chmod(full, stat.S_IMODE(mode) | stat.S_IRUSR)  # noqa: PTH101 - names are bytes here
    return "file" if stat.S_ISREG(mode) or stat.S_ISLNK(mode) else "gone"


def _behind_link(path: bytes, folder: bytes, links: dict[bytes, bool]) -> bool:
    known = links.get(folder)
    if known is None:
        above = folder.rpartition(b"/")[0]
        known = _behind_link(path, above, links) or os.path.islink(path + b"/" + folder)  # noqa: PTH114 - bytes
        links[folder] = known
    return known


def changes(plumbing: Plumbing, base: str, commit: str) -> Iterator[CarriedFile]:
    """Yield every path that differs between two commits, as `commit` has it; see GONE."""
    if base == commit:
        return
    options = ("-r", "-z", "--raw", "--no-renames", "--no-abbrev")
    out = plumbing.run("diff-tree", *options, base, commit, seconds=LONG).out
    words = iter(os.fsdecode(out).split("\0"))
    for header in words:
        if header:
            _, mode, _, blob, _ = header.split(" ")
            yield CarriedFile(next(words), mode, blob)


def carried(changed: Iterable[CarriedFile]) -> tuple[CarriedFile, ...]:
    """Answer what of a change is handed on: all but `results/`."""
    return tuple(filter(handed_on, changed))


def handed_on(file: CarriedFile) -> bool:
    """Whether a changed file goes along with a task's work."""
    return not file.path.startswith("results/")
