"""Tests which files of a repo are watched, and that every change of them is seen."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from specrun.core.glob import matches
from specrun.store import watching as module
from specrun.store.watching import watched
from tests.rights import passed_without_rights
from tests.store.test_removal import bottomless

Run = Callable[..., str]

GLOBS = ("**/conftest.py", "Makefile", "specs", "!specs/notes.md", "web/*.json")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with files of all kinds of names."""
    root = tmp_path / "root"
    for name in (
        *("Makefile", "sub/Makefile", "conftest.py", "tests/deep/Conftest.PY", "tests/test_a.py"),
        *("specs/a.yaml", "specs/deep/b.yaml", "specs/notes.md", "web/package.json", "web/x/package.json"),
        *(".git/conftest.py", ".github/conftest.py", "odd\n\udcff/conftest.py"),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name.encode(errors="replace").decode())
    return root


def test_files_that_the_globs_mean_are_watched(root: Path) -> None:
    found = watched(root, GLOBS)

    assert list(found) == [
        *(".github/conftest.py", "Makefile", "conftest.py", "odd\n\udcff/conftest.py", "specs/a.yaml"),
        *("specs/deep/b.yaml", "tests/deep/Conftest.PY", "web/package.json"),
    ]
    assert watched(root, GLOBS) == found
    assert len(set(found.values())) == len(found)


def test_what_git_thinks_of_a_file_is_no_matter(repo: Path, git: Run) -> None:
    (repo / ".gitignore").write_text("ignored\n")
    for name in ("tracked", "untracked", "ignored"):
        (repo / name).mkdir()
        (repo / name / "conftest.py").touch()
    git("add", "tracked")

    assert list(watched(repo, GLOBS)) == [
        f"{name}/conftest.py" for name in ("ignored", "tracked", "untracked")
    ]


def to_link(path: Path) -> None:
    path.rename(path.with_name("moved"))
    path.symlink_to("moved")


def to_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def to_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.write_text("changed!"),
        lambda path: path.chmod(0o755),
        lambda path: path.write_text(path.read_text() + "\0" * (1 << 20)),
        Path.unlink,
        to_link,
        to_pipe,
        to_folder,
    ],
    ids=["content", "mode", "size", "gone", "link", "pipe", "folder"],
)
def test_every_change_is_seen(root: Path, change: Callable[[Path], None]) -> None:
    before = watched(root, GLOBS)

    change(root / "Makefile")

    after = watched(root, GLOBS)
    assert {name for name in {*before, *after} if before.get(name) != after.get(name)} == {"Makefile"}


def test_a_large_file_is_told_by_the_time_of_its_change(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_READ", 4)
    (root / "Makefile").write_text("aaaa1")
    before = watched(root, ["Makefile"])
    assert watched(root, ["Makefile"]) == before
    then = (root / "Makefile").stat()

    while (root / "Makefile").stat().st_ctime_ns == then.st_ctime_ns:
        (root / "Makefile").write_text("aaaa2")
        os.utime(root / "Makefile", ns=(then.st_atime_ns, then.st_mtime_ns))

    assert watched(root, ["Makefile"]) != before


def test_links_are_told_by_where_they_lead_and_are_not_followed(root: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "conftest.py").touch()
    (root / "Makefile").unlink()
    (root / "Makefile").symlink_to("nowhere")
    (root / "plain").symlink_to("Makefile")
    before = watched(root, GLOBS)

    (root / "evil").symlink_to(tmp_path / "one")
    after = watched(root, GLOBS)
    (root / "evil").unlink()
    (root / "evil").symlink_to(tmp_path / "two")

    assert {*after} - {*before} == {"evil"}, "whatever its name: anything may be loaded from there"
    assert watched(root, GLOBS)["evil"] != after["evil"]


def test_a_repository_inside_is_told_but_not_looked_into(root: Path, git: Run) -> None:
    before = watched(root, GLOBS)

    git("init", "--quiet", str(root / "tests"), cwd=root)

    assert watched(root, GLOBS) == {
        **{name: digest for name, digest in before.items() if not name.startswith("tests/")},
        "tests/.git": "repository",
    }


def test_a_folder_that_is_closed_is_told(root: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if passed_without_rights(request, tmp_path):
        return
    before = watched(root, GLOBS)
    (root / "Makefile").chmod(0)
    shut = watched(root, GLOBS)
    (root / "tests").chmod(0)

    after = watched(root, GLOBS)

    (root / "tests").chmod(0o700)
    assert {name for name in shut if shut[name] != before[name]} == {"Makefile"}
    assert {*after} - {*shut} == {"tests"}
    assert after["tests"] == "closed"


def test_what_goes_meanwhile_is_no_matter(root: Path) -> None:
    walk = module._walk(root, module._Globs(["**"]))
    _, entry, _ = next(walk)
    assert isinstance(entry, os.DirEntry)

    shutil.rmtree(root)

    assert [path for path, entry, _ in walk if isinstance(entry, str)] == []
    assert module._digest(entry.path) == ""


def test_a_folder_that_is_deeper_than_any_path_is_told(root: Path) -> None:
    with bottomless(root / "deep", 850):
        (deepest,) = (name for name, digest in watched(root, ["Makefile"]).items() if digest == "closed")

    assert deepest.startswith("deep/down/down/")


def test_what_lies_near_the_top_comes_first(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST", 3)
    assert list(watched(root, ["**"])) == [".github/conftest.py", "Makefile", "conftest.py"]

    monkeypatch.setattr(module, "_LOOKED_AT", 1)
    assert list(watched(root, ["**"])) == ["Makefile", "conftest.py"]


def test_no_globs_mean_no_files(root: Path) -> None:
    (root / "link").symlink_to("tests")

    assert watched(root, []) == {}


NAME = st.text("aAbB.[*?-", min_size=1, max_size=4)
PART = st.one_of(NAME, st.sampled_from(["**", "*", "?", "[ab]", "[!a]*", "*.b", "a*b", "[", ".", ""]))
GLOB = st.tuples(st.sampled_from(["", "", "!"]), st.lists(PART, min_size=1, max_size=4)).map(
    lambda pair: pair[0] + "/".join(pair[1])
)


@example(["a[b"], ["a[b"])
@example(["*a[ab]"], ["xab"])
@example(["a*b/**/"], ["A.b", "x"])
@given(st.lists(GLOB, max_size=4), st.lists(NAME, min_size=1, max_size=4))
def test_asking_level_by_level_is_the_same_as_matching(globs: list[str], names: list[str]) -> None:
    asked, meant, path = module._Globs(globs), module._Meant.FAR, ""
    for name in names[:-1]:
        path = f"{path}/{name}" if path else name
        meant = asked.of_folder(meant, name, path)
    path = "/".join(names)

    assert (asked.of(meant, names[-1], path) is module._Meant.YES) == matches(globs, path, case=False)
