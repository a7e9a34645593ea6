"""Tests that names are found in specs as people write them, and that nothing broken is in the way."""

from __future__ import annotations

from pathlib import Path

from specrun.spec.find import spec_names
from specrun.spec.glance import glance, keys, values

SPEC = """\
version: 1
name: auth  # the name
labels: [team]
domains:
  backend: {keywords: [api]}
  "front-end":
    keywords:
      - button
tasks:
  # api: not this
  schema:
    prompt: |
      echo one
      api: no task
    labels:
      - security
      - "two words"
    checks: [test, {name: types, run: mypy}]
  api :
    depends_on: [schema]
    labels: [security, slow]
    checks:
      - lint
      - name: own
        run: ./own
  'web': {prompt: x}
moved:
  - {from: old, to: api}
"""


def write(root: Path, name: str, text: str) -> None:
    (root / "specs").mkdir(exist_ok=True)
    (root / "specs" / name).write_text(text)


def test_everything_that_a_person_may_name_is_found(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", SPEC)
    write(tmp_path, "b.yml", "name: web\ntasks: {home: {prompt: x}, about: {prompt: 'a: {b'}}\n")
    (tmp_path / "specrun.yaml").write_text("version: 1\ndomains:\n  database: {}\n")
    seen = glance(tmp_path)
    assert seen.specs == {"auth": "specs/a.yaml", "web": "specs/b.yml"} == spec_names(tmp_path)
    assert seen.tasks[:3] == (("auth", "schema"), ("auth", "api"), ("auth", "web"))
    assert ("web", "home") in seen.tasks
    assert seen.labels == ("team", "security", "two words", "slow")
    assert seen.domains == ("backend", "front-end", "database")
    assert set(seen.checks) == {"test", "types", "lint", "own"}


def test_half_written_and_hostile_files_are_no_trouble(tmp_path: Path) -> None:
    write(tmp_path, "half.yaml", "name: half\ntasks:\n  one:\n    prompt: [\n  two: 'x\n thr")
    write(tmp_path, "bytes.yaml", "")
    (tmp_path / "specs" / "bytes.yaml").write_bytes(b"\xff\xfe\x00name: x\ntasks:\n  a:\n")
    (tmp_path / "specs" / "link.yaml").symlink_to("/etc/passwd")
    (tmp_path / "specs" / "folder.yaml").mkdir()
    seen = glance(tmp_path)
    assert [task for spec, task in seen.tasks if spec == "half"] == ["one", "two"]
    assert glance(tmp_path / "nowhere").tasks == ()


def test_only_keys_of_the_first_level_below_count() -> None:
    rows = ["tasks:", "    a:", "        b:", "    c: x", "other:", "    d:", "tasks: {e: {f: {}}}"]
    assert [*keys(rows, "tasks")][:2] == ["a", "c"]
    assert "d" not in [*keys(rows, "tasks")]


def test_a_list_ends_with_the_next_key() -> None:
    assert [*values(["labels:", "  - a", "reads:", "  - b"], "labels")] == ["a"]


def test_names_in_braces_on_one_line_are_found() -> None:
    rows = ["tasks:", "  a: {labels: [x, 'y z'], checks: [lint, {name: own, run: z}]}"]
    assert [*values(rows, "labels")] == ["x", "y z"]


def test_blanks_around_names_and_remarks_behind_them_are_left_out() -> None:
    rows = ["""labels: [ a , "b c" ,d e ]  # x""", "labels:", "  - f  # y", "  -  'g h'  ", "  - i j "]
    assert [*values(rows, "labels")] == ["a", "b c", "d e", "f", "g h", "i j"]


def test_a_line_without_end_keeps_nobody_waiting() -> None:
    """Would it be tried in all ways that there are, this test would not end today."""
    many = " " * (1 << 20)
    rows = ["labels:", f"  - a{many}b:", f"  -{many}:", f"labels: [a{many}:]", "labels: [" * (1 << 16)]
    assert [*values([*rows, "labels: [c]"], "labels")] == ["c"]
