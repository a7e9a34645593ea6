"""An edit is told once it is over, whichever way an editor writes; nothing else is told."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from specrun.triggers import edits as module
from specrun.triggers.edits import LONGEST, POLL, QUIET, Edits, Places
from tests.poll import until

PLACES = Places(
    files=("orchestration.yaml", "specrun.yaml", "specs/one.yaml", "docs/deep/ask.md"),
    folders=("specs",),
    endings=(".yaml", ".yml"),
    trees=("prompts",),
)


class Clock:
    """Time that runs only when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Desk:
    """A folder with files that are watched, and a clock."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.clock = Clock()
        self.write("specs/one.yaml", "one")
        self.write("docs/deep/ask.md", "ask")
        self.write("prompts/a/b.md", "b")
        self.write("other/file.yaml", "other")
        self.edits = self.begun()

    def begun(self, places: Places = PLACES) -> Edits:
        made = Edits(self.root, places, ignored=[self.root / "results", self.root / ".git"], clock=self.clock)
        self.clock.now += QUIET
        assert made.settled(), "what happened before the watch is looked at, too"
        assert not made.settled()
        return made

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def notice(self) -> None:
        """Look until a change is noticed; the clock is moved just far enough to look at all."""
        self.clock.now += POLL if self.edits.blind else 0.001
        until(lambda: self.edits.settled() or self.edits._last == self.clock.now)

    def told(self) -> bool:
        """Whether an edit is told before long."""

        def look() -> bool:
            self.clock.now += POLL
            return self.edits.settled()

        return until(look)

    def untold(self, act: Callable[[], None]) -> bool:
        """Whether nothing counts of what an act does: the first that counts is what is written afterwards."""
        before, last = self.edits._stamps(), str(self.root / "specs" / "last.yaml")
        act()
        if self.edits.blind:
            return self.edits._stamps() == before
        self.write("specs/last.yaml", "last")
        seen: list[str] = []
        assert self.edits._notify is not None
        while last not in seen:
            found = self.edits._notify.watch(50, 10, 5000, None)
            assert not isinstance(found, str)
            seen += [path for _, path in found]
        return {path for path in seen if self.edits._counts(path)} == {last}


@pytest.fixture(params=["events", "polling"])
def desk(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    if request.param == "polling":
        monkeypatch.setattr(module, "is_remote", lambda _root: True)
    root = tmp_path / "root"
    root.mkdir()
    made = Desk(root.resolve())
    assert bool(made.edits.blind) == (request.param == "polling")
    yield made
    made.edits.close()
    made.edits.close()


def rename_into_place(desk: Desk) -> None:
    desk.write("specs/.one.yaml.swp", "swap")
    desk.write("specs/4913", "")
    (desk.root / "specs" / "4913").unlink()
    desk.write("specs/one.yaml~", "new")
    (desk.root / "specs" / "one.yaml~").replace(desk.root / "specs" / "one.yaml")


def replace_the_folder(desk: Desk) -> None:
    (desk.root / "specs").rename(desk.root / "away")
    desk.write("specs/one.yaml", "another")


EDITS: dict[str, Callable[[Desk], object]] = {
    "written in place": lambda desk: desk.write("specs/one.yaml", "new"),
    "renamed into place": rename_into_place,
    "a new spec": lambda desk: desk.write("specs/two.yml", "two"),
    "a spec is gone": lambda desk: (desk.root / "specs" / "one.yaml").unlink(),
    "the root spec appears": lambda desk: desk.write("orchestration.yaml", "root"),
    "a template elsewhere": lambda desk: desk.write("docs/deep/ask.md", "new"),
    "a prompt in a folder": lambda desk: desk.write("prompts/a/b.md", "new"),
    "a new folder of prompts": lambda desk: desk.write("prompts/c/d/e.md", "new"),
    "the folder is replaced": replace_the_folder,
    "the folder above is replaced": lambda desk: (desk.root / "docs").rename(desk.root / "papers"),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edit_is_told_once(desk: Desk, edit: Callable[[Desk], object]) -> None:
    edit(desk)
    assert desk.told()
    desk.clock.now += 2 * LONGEST
    assert not desk.edits.settled()


def test_a_folder_that_was_replaced_or_made_is_watched_from_then_on(desk: Desk) -> None:
    replace_the_folder(desk)
    desk.write("prompts/c/d.md", "new")
    assert desk.told()
    desk.write("specs/one.yaml", "once more")
    assert desk.told()
    desk.write("prompts/c/d.md", "once more")
    assert desk.told()


def noise(desk: Desk) -> None:
    desk.write("trace", "a worker in the root")
    desk.write("README.md", "readme")
    desk.write("other/file.yaml", "new")
    desk.write("docs/deep/other.md", "new")
    desk.write("specs/.one.yaml.swp", "swap")
    desk.write("results/one/a.json", "{}")
    desk.write(".git/index", "index")


def test_what_is_no_edit_is_not_told(desk: Desk) -> None:
    assert desk.untold(lambda: noise(desk))
    desk.edits._ignored = ()
    assert desk.untold(lambda: noise(desk))


def test_a_link_into_what_is_ignored_does_not_count(desk: Desk) -> None:
    desk.write("results/one.md", "one")
    (desk.root / "prompts" / "one.md").symlink_to("../results/one.md")
    desk.edits.follow(Places(files=("prompts/one.md",)))
    assert desk.told()
    assert str(desk.root / "results") not in desk.edits._watched


def test_an_edit_is_over_after_a_quiet_moment(desk: Desk) -> None:
    desk.write("specs/one.yaml", "first")
    desk.notice()
    assert not desk.edits.settled()
    desk.clock.now += QUIET * 0.9
    assert not desk.edits.settled()
    desk.clock.now += QUIET * 0.2
    assert desk.edits.settled()


def test_further_changes_put_off_the_end_but_not_for_ever(tmp_path: Path) -> None:
    desk = Desk(tmp_path.resolve())
    desk.write("specs/one.yaml", "first")
    desk.notice()
    begun = desk.clock.now
    while desk.edits._first is not None:
        desk.clock.now += QUIET * 0.9
        desk.write("specs/one.yaml", f"{desk.clock.now}")
        desk.notice()
    assert LONGEST <= desk.clock.now - begun < LONGEST + QUIET
    desk.edits.close()


def test_what_was_noticed_elsewhere_ends_as_an_edit_does(desk: Desk) -> None:
    desk.edits.stir()
    begun = desk.clock.now
    desk.clock.now += QUIET / 2
    desk.edits.stir()
    assert not desk.edits.settled()
    desk.clock.now = begun + QUIET
    assert desk.edits.settled()
    assert not desk.edits.settled()


def test_a_link_is_followed_inside_the_root_only(desk: Desk, tmp_path: Path) -> None:
    desk.write("shared/real.yaml", "real")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "far.yaml").write_text("far")
    (desk.root / "specs" / "near.yaml").symlink_to("../shared/real.yaml")
    (desk.root / "specs" / "far.yaml").symlink_to(tmp_path / "outside" / "far.yaml")
    (desk.root / "prompts" / "out").symlink_to(tmp_path / "outside")
    desk.edits.follow(Places(files=("specs/near.yaml", "specs/far.yaml"), trees=("prompts/out",)))
    assert desk.told()
    desk.write("shared/real.yaml", "new")
    assert desk.told()
    assert not [folder for folder in desk.edits._watched if "outside" in os.path.realpath(folder)]


def test_other_places_can_be_followed(desk: Desk) -> None:
    desk.edits.follow(Places(files=("other/file.yaml",)))
    assert desk.told()
    desk.write("other/file.yaml", "new")
    assert desk.told()


def test_what_does_not_exist_yet_is_awaited(tmp_path: Path) -> None:
    clock = Clock()
    edits = Edits(tmp_path.resolve(), PLACES, clock=clock)
    clock.now += QUIET
    assert edits.settled()
    (tmp_path / "specs").mkdir()

    def told() -> bool:
        clock.now += QUIET
        return edits.settled()

    until(told)
    (tmp_path / "specs" / "one.yaml").touch()
    until(told)
    edits.close()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "all watches of this system are in use"),
        (OSError(errno.EACCES, "no"), "[Errno 13] no"),
    ],
)
def test_where_the_kernel_does_not_tell_it_is_asked_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, told: str
) -> None:
    from watchfiles import _rust_notify

    def refuse(*_arguments: object) -> None:
        raise error

    monkeypatch.setattr(_rust_notify, "RustNotify", refuse)
    desk = Desk(tmp_path)
    assert desk.edits.blind == told
    desk.write("specs/one.yaml", "new")
    assert desk.told()
