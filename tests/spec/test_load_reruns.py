"""What specs and settings say about reruns arrives in what is wanted."""

from __future__ import annotations

import hashlib
from pathlib import Path

from specrun.core.safety import Thresholds
from specrun.core.task import Condition, TaskId
from tests.spec.corpus import loaded, make_repo, write

RERUNS = """\
version: 1
name: demo
agent: shell
vars: {go: false}
moved:
  - {from: oldest, to: older}
  - {from: older, to: new}
  - {from: b, to: old}
removed: [gone, also-gone]
tasks:
  new: {prompt: x, reads: [src, "docs/*"], when: vars.go, enabled: false, freeze: true, labels: [p, q]}
  old: {prompt: x}
"""


def test_all_words_about_reruns(tmp_path: Path) -> None:
    settings = "version: 1\nthresholds: {reruns: 0.5, stops: 0}\n"
    found = loaded(write(write(make_repo(tmp_path), RERUNS), settings, "specrun.yaml"))
    new, old = (found.desired.tasks[TaskId(f"demo/{name}")] for name in ("new", "old"))
    assert (new.reads, new.enabled, new.freeze, new.labels) == (("src", "docs/*"), False, True, ("p", "q"))
    assert new.when == Condition(text="vars.go", met=False, values="vars.go = false")
    assert (old.reads, old.when, old.enabled, old.freeze, old.labels) == ((), None, True, False, ())
    spec = found.desired.specs["demo"]
    assert spec.moved == (("oldest", "new"), ("older", "new"), ("b", "old"))
    assert spec.removed == ("also-gone", "gone")
    assert found.desired.thresholds == Thresholds(reruns=0.5, reruns_from=5, stops=0)


def test_a_spec_without_tasks_is_one(tmp_path: Path) -> None:
    found = loaded(write(make_repo(tmp_path), "version: 1\nname: demo\ntasks: {}\n"))
    assert (list(found.desired.specs), found.desired.tasks) == (["demo"], {})
    assert found.desired.thresholds == Thresholds()


def test_files_have_digests(tmp_path: Path) -> None:
    root = write(write(make_repo(tmp_path), RERUNS), "version: 1\r\n", "specrun.yaml")
    write(
        root,
        "version: 1\nname: other\nagent: claude\ntasks:\n  a: {template: prompts/good.md.j2}\n",
        "specs/b.yaml",
    )
    found = loaded(root)
    assert found.digests == {
        file: hashlib.sha256((root / file).read_bytes()).hexdigest()
        for file in ("specrun.yaml", "specs/b.yaml", "specs/demo.yaml")
    }
    assert set(found.files) - set(found.digests) == {"prompts/good.md.j2"}
