"""Tests which links of a change count as leading out of the tree, with real commits."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from specrun.core.world import CarriedFile
from specrun.store.harvest import changes
from specrun.store.links import leading_out
from specrun.store.plumbing import Plumbing

Run = Callable[..., str]
Look = Callable[[Mapping[str, str]], tuple[str, ...]]


@pytest.fixture
def look(repo: Path, git: Run, base: str, plumbing: Plumbing) -> Look:
    """Commit links, and answer what is said of them."""

    def told(links: Mapping[str, str]) -> tuple[str, ...]:
        for path, target in links.items():
            place = repo / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(target)
        git("add", "--all")
        git("commit", "--quiet", "--allow-empty", "--message=Links")
        head = git("rev-parse", "HEAD")
        return leading_out(plumbing, head, changes(plumbing, base, head))

    return told


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("link", "/etc/passwd"),
        ("link", ".."),
        ("link", "../elsewhere"),
        ("link", "./../x"),
        ("a/b/link", "../../../x"),
        ("a/link", "x/../../../y"),
        ("link", "//etc"),
        ("results/link", "/etc"),
    ],
)
def test_links_that_lead_out(look: Look, path: str, target: str) -> None:
    assert look({path: target}) == (f"{path} -> {target}",)


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("link", "README.md"),
        ("link", "."),
        ("link", "missing/but/inside"),
        ("a/b/link", "../../dir/a"),
        ("a/b/link", "../.."),
        ("a/link", ".././dir//a"),
        ("a/link", "../dir/../README.md"),
        ("a/link", "..x/...."),
    ],
)
def test_links_that_stay_inside(look: Look, path: str, target: str) -> None:
    assert look({path: target}) == ()


def test_links_that_lead_out_only_together(look: Look) -> None:
    found = look({"a/b/up": "../..", "dir/sly": "../a/b/up/../evil", "plain": "dir/../README.md"})

    assert found == ("dir/sly -> ../a/b/up/../evil",)


def test_names_are_sorted_and_escaped(look: Look) -> None:
    found = look(
        {
            "z": "/z",
            "a\n\x1b[31m -> ü\udcff": "/\x1b]0;x\x07\n",
            "m\nn": "dir/a/../../../x",
            "long": "/" * 300,
        }
    )

    assert found == (
        r"a\n\x1b[31m -> \xfc\udcff -> /\x1b]0;x\x07\n",
        f"long -> {'/' * 200}...",
        r"m\nn -> dir/a/../../../x",
        "z -> /z",
    )


def test_many_odd_names_that_have_to_be_followed(look: Look) -> None:
    names = {f"{mark}\nsymlink 3\n": "dir/../README.md" for mark in "abc"}
    sly = {
        "up/up": "..",
        "d\n": "up/up/../../x",
        "e": "up/up/../x",
        "loop": "loop/../x",
        "f": "gone/../up/up/..",
    }

    assert look({**names, **sly}) == (
        *(r"d\n -> up/up/../../x", "e -> up/up/../x", "f -> gone/../up/up/..", "loop -> loop/../x"),
    )


def planted(git: Run, repo: Path, content: bytes) -> str:
    """Commit a link with a target that no file system takes."""
    blob = subprocess.run(
        ["git", "hash-object", "-w", "--stdin"], cwd=repo, input=content, capture_output=True, check=True
    )
    git("update-index", "--add", "--cacheinfo", f"120000,{blob.stdout.decode().strip()},planted")
    git("commit", "--quiet", "--message=Planted")
    return git("rev-parse", "HEAD")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "planted -> nothing"),
        (b"a" * 4096, "planted -> more than 4095 bytes"),
        (b"/" * 50_000_000, "planted -> more than 4095 bytes"),
        (b"a\0b", r"planted -> a\x00b"),
    ],
    ids=["empty", "long", "huge", "with a zero"],
)
def test_links_that_no_tree_can_hold(
    repo: Path, git: Run, base: str, plumbing: Plumbing, content: bytes, told: str
) -> None:
    head = planted(git, repo, content)

    assert leading_out(plumbing, head, changes(plumbing, base, head)) == (told,)


def test_links_that_were_there_before_are_no_change(
    look: Look, repo: Path, git: Run, plumbing: Plumbing
) -> None:
    look({"old": "/etc", "turned": "/usr", "gone": "/var"})
    before = git("rev-parse", "HEAD")
    for name in ("turned", "gone"):
        (repo / name).unlink()
    (repo / "turned").symlink_to("/bin")
    git("commit", "--quiet", "--all", "--message=Turned")

    head = git("rev-parse", "HEAD")

    assert leading_out(plumbing, head, changes(plumbing, before, head)) == ("turned -> /bin",)


def test_without_links_git_is_not_asked(plumbing: Plumbing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plumbing, "run", pytest.fail)
    files = (CarriedFile("a", "100644", "b" * 40), CarriedFile("gone", "000000", "0" * 40))

    assert leading_out(plumbing, "c" * 40, files) == ()
