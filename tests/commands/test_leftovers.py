"""Tests what counts as left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun.commands.leftovers import look, opened
from specrun.errors import UsageProblem
from specrun.report.pruning import UNCOMMITTED
from tests.commands.conftest import Spec, Specrun


@pytest.fixture
def left(repo: Path, spec: Spec, specrun: Specrun) -> Path:
    """Leave a gone task and a gone spec behind, and a root spec beside the others."""
    gone = spec("one: {prompt: 'true'}", name="gone")
    spec("one: {prompt: 'true'}\nold: {prompt: 'true'}")
    specrun("apply", "--yes")
    gone.unlink()
    spec("one: {prompt: 'true'}").rename(repo / "specs" / "file.yaml")
    (repo / "orchestration.yaml").write_text(
        "version: 1\nname: root\nagent: shell\ntasks: {one: {prompt: 'true'}}\n"
    )
    return repo


def test_all_specs_are_loaded_whatever_is_named(left: Path) -> None:
    for names in ((), ("demo",), ("specs/file.yaml",)):
        project, chosen = opened(left, names)
        assert sorted(project.loaded.desired.specs) == ["demo", "root"]
        assert chosen == ({"demo"} if names else {"demo", "gone", "root"})
    assert opened(left, ("gone", "root"))[1] == {"gone", "root"}
    with pytest.raises(
        UsageProblem, match="no spec 'dmeo', and nothing is left of one; fix: did you mean demo"
    ):
        opened(left, ("dmeo",))
    with pytest.raises(UsageProblem, match="fix: name one of demo, gone, root"):
        opened(left, ("xyz",))


def test_only_the_chosen_specs_are_looked_at(left: Path) -> None:
    project, _ = opened(left, ())
    seen = {name: look(project, {name}, None).items for name in ("demo", "gone", "root")}
    assert {name: {one.task_id for one in items} for name, items in seen.items()} == {
        "demo": {"demo/old"},
        "gone": {"gone/one"},
        "root": set(),
    }
    record = seen["gone"][0]
    assert (record.kind, record.name, record.git) == ("record", "results/gone/one.json", UNCOMMITTED)
    assert record.size == (left / record.name).stat().st_size


def test_of_a_task_that_is_there_what_no_record_tells_of_is_left_over(
    repo: Path, spec: Spec, specrun: Specrun
) -> None:
    spec("one: {retry: {limit: 2}, prompt: 'exit 1'}")
    specrun("apply", "--yes")
    project, chosen = opened(repo, ())
    assert look(project, chosen, None).items == ()
    assert [one.name for one in look(project, chosen, 1).items] == [
        "attempts/demo/one/1",
        "attempts/demo/one/2",
    ]
    assert look(project, chosen, 3).items == ()
    (repo / "results" / "demo" / "one.json").unlink()
    assert look(project, chosen, None).items == ()
