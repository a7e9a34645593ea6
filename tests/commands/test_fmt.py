"""Tests `specrun fmt`."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from specrun.commands import fmt
from specrun.errors import EnvironmentProblem
from specrun.spec.layout import laid_out
from tests.commands.conftest import Spec, Specrun
from tests.rights import passed_without_rights
from tests.store.full import full_disk

CARELESS = "name: a\nversion: 1\nagent: shell\ntasks:\n    one: {prompt: 'true'}  # the only one\n"
NEAT = "version: 1\nname: a\nagent: shell\ntasks:\n  one: {prompt: 'true'}  # the only one\n"


@pytest.fixture
def careless(repo: Path) -> Path:
    """Write a spec that is laid out carelessly, beside one that is not."""
    folder = repo / "specs"
    folder.mkdir()
    (folder / "a.yaml").write_text(CARELESS)
    (folder / "b.yaml").write_text(NEAT.replace("name: a", "name: b"))
    return folder / "a.yaml"


def test_without_a_flag_it_shows_what_would_change(careless: Path, specrun: Specrun) -> None:
    said = specrun("fmt")
    rows = said.out.splitlines()
    assert (said.code, rows[:2]) == (0, ["--- a/specs/a.yaml", "+++ b/specs/a.yaml"])
    assert {"-version: 1", "+version: 1", "+  one: {prompt: 'true'}  # the only one"} < set(rows)
    assert said.err == "1 file in canonical layout, 1 file to rewrite: specrun fmt --fix.\n"
    assert careless.read_text() == CARELESS


def test_check_names_files_and_answers_2(careless: Path, specrun: Specrun) -> None:
    said = specrun("fmt", "--check")
    assert (said.code, said.out) == (2, "specs/a.yaml\n")
    assert specrun("fmt", "--check", "b").code == 0
    shown = specrun("fmt", "--check", "--diff")
    assert (shown.code, shown.out) == (2, specrun("fmt").out)
    assert careless.read_text() == CARELESS


def test_fix_rewrites_once_and_keeps_the_mode(careless: Path, specrun: Specrun) -> None:
    careless.chmod(0o664)
    before = careless.with_name("b.yaml").stat()
    said = specrun("fmt", "--fix")
    assert (said.code, said.out) == (0, "specs/a.yaml\n")
    assert said.err == "1 file in canonical layout, 1 file rewritten.\n"
    assert careless.read_text() == NEAT
    assert stat.S_IMODE(careless.stat().st_mode) == 0o664
    assert careless.with_name("b.yaml").stat() == before
    again = specrun("fmt", "--fix", "--diff")
    assert (again.code, again.out, again.err) == (0, "", "2 files in canonical layout.\n")
    assert specrun("fmt", "--check").code == 0
    assert sorted(path.name for path in careless.parent.iterdir()) == ["a.yaml", "b.yaml"]


def test_settings_are_laid_out_too_and_alone(repo: Path, careless: Path, specrun: Specrun) -> None:
    (repo / "specrun.yaml").write_text("timeout: 5m\nversion: 1\n")
    assert specrun("fmt", "--check").out == "specrun.yaml\nspecs/a.yaml\n"
    assert specrun("fmt", "--check", "specs").out == "specs/a.yaml\n"
    assert specrun("fmt", "--check", "specrun.yaml").out == "specrun.yaml\n"
    careless.unlink()
    careless.with_name("b.yaml").unlink()
    assert specrun("fmt", "--fix").out == "specrun.yaml\n"
    assert (repo / "specrun.yaml").read_text() == "version: 1\ntimeout: 5m\n"
    (repo / "specrun.yaml").unlink()
    assert specrun("fmt").code == 3


def test_names_are_meant_from_where_the_person_stands(careless: Path, specrun: Specrun) -> None:
    folder = str(careless.parent)
    assert specrun("-C", folder, "fmt", "--check", "a.yaml").out == "specs/a.yaml\n"
    assert specrun("-C", folder, "fmt", "--check", "a").out == "specs/a.yaml\n"
    results = careless.parents[1] / "results"
    (results / "a").mkdir(parents=True)
    assert specrun("-C", str(results), "fmt", "--check", "a").out == "specs/a.yaml\n"
    unknown = specrun("fmt", "--check", "c")
    assert (unknown.code, unknown.out) == (64, "")


def test_what_is_no_yaml_is_told_and_the_rest_is_done(careless: Path, specrun: Specrun) -> None:
    broken = careless.with_name("c.yaml")
    broken.write_text("a: [1\n")
    said = specrun("fmt", "--fix")
    assert (said.code, said.out) == (3, "specs/a.yaml\n")
    assert "specs/c.yaml:1:4: error[E104]" in said.err
    assert broken.read_text() == "a: [1\n"
    assert careless.read_text() == NEAT


def test_json(careless: Path, specrun: Specrun) -> None:
    careless.with_name("c.yaml").write_text("a: [1\n")
    told = json.loads(specrun("fmt", "--check", "--json").out)
    assert told["format_version"] == 1
    assert told["files"] == [
        {"file": "specs/a.yaml", "state": "differs", "changed": True},
        {"file": "specs/b.yaml", "state": "canonical", "changed": False},
        {"file": "specs/c.yaml", "state": "invalid", "changed": False},
    ]
    assert [one["code"] for one in told["problems"]] == ["E104"]
    assert json.loads(specrun("fmt", "a", "--json").out)["files"][0]["diff"].startswith(
        "--- a/specs/a.yaml\n"
    )
    fixed = specrun("fmt", "--fix", "--json", "a")
    assert (fixed.code, fixed.err) == (0, "")
    assert json.loads(fixed.out)["files"] == [{"file": "specs/a.yaml", "state": "rewritten", "changed": True}]


def test_flags_that_exclude_each_other(careless: Path, specrun: Specrun) -> None:
    said = specrun("fmt", "--check", "--fix")
    assert (said.code, "exclude each other" in said.err) == (64, True)
    assert careless.read_text() == CARELESS


def test_a_link_inside_of_the_repo_stays_one(repo: Path, careless: Path, specrun: Specrun) -> None:
    real = repo / "real.yaml"
    careless.rename(real)
    careless.symlink_to("../real.yaml")
    assert specrun("fmt", "--fix").code == 0
    assert careless.is_symlink()
    assert real.read_text() == NEAT


def test_a_link_that_leads_out_is_refused(tmp_path: Path, careless: Path, specrun: Specrun) -> None:
    outside = tmp_path / "outside.yaml"
    careless.rename(outside)
    careless.symlink_to(outside)
    said = specrun("fmt", "--fix")
    assert (said.code, "E402" in said.err) == (3, True)
    assert outside.read_text() == CARELESS


def test_unseen_changes_are_told_in_words(careless: Path, specrun: Specrun) -> None:
    careless.write_bytes(b"\xef\xbb\xbf" + NEAT.removesuffix("\n").replace("\n", "\r\n").encode())
    rows = specrun("fmt").out.splitlines()
    assert rows[:2] == [
        "# specs/a.yaml: the byte order mark is removed",
        "# specs/a.yaml: line ends (CRLF) become plain ones (LF)",
    ]
    assert rows[-3:-1] == ["-  one: {prompt: 'true'}  # the only one", "\\ No newline at end of file"]
    assert specrun("fmt", "--fix").code == 0
    assert careless.read_bytes() == NEAT.encode()


def test_a_file_that_changes_meanwhile_is_left_as_it_is(
    careless: Path, repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    laid = laid_out("specs/a.yaml", careless.read_bytes())
    careless.write_text("version: 1\n")
    left = fmt._rewritten(repo, laid)
    fmt._tell(left, shown=True)
    assert capsys.readouterr().err == (
        "specrun: specs/a.yaml is left as it is: it was changed meanwhile; fix: run specrun fmt again\n"
    )
    assert left.after is None
    assert careless.read_text() == "version: 1\n"


def test_a_broken_promise_is_told_with_code_8(
    careless: Path, specrun: Specrun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("specrun.spec.layout.text_of", lambda _tree: "version: 1\n")
    said = specrun("fmt", "--fix", "a")
    assert (said.code, said.out) == (8, "")
    assert said.err == (
        "specrun: specs/a.yaml is left as it is: its meaning would change; "
        "fix: report this bug, with that file\n"
    )
    told = json.loads(specrun("fmt", "a", "--json").out)["files"]
    assert told == [
        {"file": "specs/a.yaml", "state": "refused", "changed": False, "why": "its meaning would change"}
    ]
    assert careless.read_text() == CARELESS


def test_a_read_only_file_is_not_replaced(
    careless: Path, specrun: Specrun, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if passed_without_rights(request, tmp_path):
        return
    careless.chmod(0o444)
    said = specrun("fmt", "--fix")
    assert (said.code, "specs/a.yaml cannot be written: it is read-only" in said.err) == (9, True)
    assert careless.read_text() == CARELESS


def test_a_full_disk_leaves_the_file_as_it_was(careless: Path, repo: Path) -> None:
    laid = laid_out("specs/a.yaml", careless.read_bytes())
    with full_disk(), pytest.raises(EnvironmentProblem, match="cannot be written: File too large"):
        fmt._rewritten(repo, laid)
    assert careless.read_text() == CARELESS
    assert sorted(path.name for path in careless.parent.iterdir()) == ["a.yaml", "b.yaml"]


def test_the_plan_stays_empty(spec: Spec, specrun: Specrun) -> None:
    path = spec(
        """
        two: {prompt: "cat one", depends_on: [one], title: 'Second', env: {A: "1"}}
        one:
            prompt: "echo x > one\\necho 'y: {{ vars.a }}'\\n"
            checks:
              - {run: test -s one, name: there}
        """,
        head="vars: {b: 2, a: '1'}\n",
    )
    assert specrun("apply", "--yes").code == 0
    assert specrun("fmt", "--check").code == 2
    assert specrun("fmt", "--fix").code == 0
    assert "prompt: |\n" in path.read_text()
    said = specrun("diff", "--exit-code")
    assert (said.code, said.out.splitlines()[-1]) == (0, "Nothing to do: 2 reuse.")
