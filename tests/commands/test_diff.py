"""Tests `specrun diff`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.commands.conftest import Spec, Specrun

TASKS = """
one: {prompt: 'true'}
two: {depends_on: [one], prompt: 'true'}
"""


def test_before_and_after_an_apply(spec: Spec, specrun: Specrun) -> None:
    spec(TASKS)
    said = specrun("diff")
    assert said.code == 0
    assert "+ run  demo/one  never run" in said.out
    assert "Plan: 2 run. No cost; time: no history.\nNext:\n  specrun apply  # do it\n" in said.out
    assert specrun("diff", "--exit-code").code == 2
    assert specrun("apply", "--yes").code == 0
    said = specrun("diff", "--exit-code")
    assert (said.code, said.out) == (0, "Nothing to do: 2 reuse.\n")
    assert "demo/two" in specrun("diff", "--all").out


def test_json_is_the_same_bytes_every_time_and_nothing_is_written(
    spec: Spec, specrun: Specrun, tmp_path: Path
) -> None:
    spec(TASKS)
    once, twice = specrun("diff", "--json"), specrun("diff", "--json")
    assert once.out == twice.out
    assert [one["action"] for one in json.loads(once.out)["changes"]] == ["run", "run"]
    assert not (tmp_path / "state").exists()


def test_how_work_will_be_proven_is_told(spec: Spec, specrun: Specrun, repo: Path) -> None:
    (repo / "Makefile").write_text("test:\n\ttrue\n")
    checked = """
    one: {prompt: 'true', checks: [test], touches: [src], workspace: clone}
    two: {prompt: 'true', checks: [test], touches: [src/a.py], workspace: clone}
    three: {prompt: 'true'}
    """
    spec(checked)
    rows = specrun("diff").out.splitlines()
    assert rows[1] == "project make (Makefile: test = make test)"
    assert rows[-5:-2] == [
        "May conflict: demo/one (src) and demo/two (src/a.py)",
        "Unproven (no checks): demo/three.",
        "Plan: 3 run. No cost; time: no history.",
    ]
    told = json.loads(specrun("diff", "--json").out)
    assert [one["tasks"] for one in told["conflicts"]] == [["demo/one", "demo/two"]]
    assert told["projects"][0]["source"] == "Makefile"


def test_a_change_of_checks_is_no_work_for_an_agent(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec("one: {prompt: 'echo x >> worked', checks: [{name: test, run: 'true'}]}")
    assert specrun("apply", "--yes").code == 0
    spec("one: {prompt: 'echo x >> worked', checks: [{name: test, run: 'test -s worked'}]}")
    rows = specrun("diff").out.splitlines()
    assert rows[1:6] == [
        "v verify  demo/one  checks changed  [no agent]",
        '      checks.test: "true" -> "test -s worked" (specs/demo.yaml:7)',
        "      no agent starts; its checks run: test",
        "Checked in the repository itself, unisolated: demo/one.",
        "Plan: 1 verify.",
    ]
    said = specrun("apply", "--yes")
    assert (said.code, "1 task to check again, without an agent" in said.out) == (0, True)
    assert (repo / "worked").read_text() == "x\n"
    assert specrun("diff").out == "Nothing to do: 1 reuse.\n"


def test_from_any_folder_and_with_a_named_spec(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec(TASKS)
    spec("other: {prompt: 'true'}", name="more")
    assert "Plan: 3 run." in specrun("diff").out
    assert "Plan: 1 run." in specrun("-C", str(repo / "specs"), "diff", "more.yaml").out
    assert "Plan: 1 run." in specrun("diff", "more").out
    assert "Plan: 1 run." in specrun("diff", "specs/more.yaml").out


def test_no_commit_yet_is_9(specrun: Specrun, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    (bare / "specs").mkdir(parents=True)
    (bare / "specs" / "a.yaml").write_text(
        "version: 1\nname: a\nagent: shell\ntasks: {one: {prompt: 'true'}}\n"
    )
    assert specrun("-C", str(bare), "diff").code == 9


def test_every_cause_is_told_with_its_line(spec: Spec, specrun: Specrun, repo: Path) -> None:
    (repo / "prompts").mkdir()
    (repo / "prompts" / "say.j2").write_text("echo {{ vars.who }}")
    tasks = """
    one: {prompt: 'echo hello {{ vars.who }}', timeout: 1m}
    two: {template: prompts/say.j2, env: {A: '1'}}
    three: {depends_on: [one], prompt: 'true'}
    """
    spec(tasks, head="vars: {who: world}\n")
    assert specrun("apply", "--yes").code == 0
    spec(tasks.replace("hello", "bye").replace("1m", "2m").replace("'1'", "'2'"), head="vars: {who: you}\n")
    (repo / "prompts" / "say.j2").write_text("echo {{ vars.who }} twice")
    rows = specrun("diff").out.splitlines()
    assert [row.strip() for row in rows[1:-3] if row.startswith("      ")] == [
        'vars.who: "world" -> "you" (specs/demo.yaml:6)',
        'prompt: "echo hello world" -> "echo bye you" (specs/demo.yaml:8)',
        "timeout: 1m -> 2m (specs/demo.yaml:8)",
        "waited for by demo/three",
        "template prompts/say.j2: changed",
        'vars.who: "world" -> "you" (specs/demo.yaml:6)',
        'prompt: "echo world" -> "echo you twice"',
        'env.A: "1" -> "2" (specs/demo.yaml:9)',
    ]
    assert "? deferred  demo/three  decided when one ends" in "\n".join(rows)
    assert rows[-3] == "Plan: 2 rerun; up to 1 more deferred. No cost, under a minute on 3 workers."
    said = json.loads(specrun("diff", "--json").out)
    first = said["changes"][0]
    assert [(one["code"], one["path"], one["file"], one["line"]) for one in first["reasons"]] == [
        ("prompt_changed", "prompt", "specs/demo.yaml", 8),
        ("var_changed", "vars.who", "specs/demo.yaml", 6),
    ]
    assert (first["attempt"], first["wave"], first["outcome_before"]) == (2, 1, "succeeded")
    assert {one["path"] for one in said["files"]} == {"specs/demo.yaml", "prompts/say.j2"}
    assert all(len(one["sha256"]) == 64 for one in said["files"])


def test_prompts_are_shown_on_request(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'echo a'}\ntwo: {depends_on: [one], prompt: 'echo {{ tasks.one.output.x }}'}")
    said = specrun("diff", "--prompt").out
    assert "      prompt, 1 line:\n        | echo a\n" in said
    assert "        | echo «tasks.one.output.x: known later»\n" in said


def test_the_json_goes_into_a_file_beside_the_text(spec: Spec, specrun: Specrun, tmp_path: Path) -> None:
    spec(TASKS)
    place = tmp_path / "plan.json"
    said = specrun("diff", "--json-into", str(place), "--summary")
    assert said.out.startswith("+ run: demo/one, demo/two\nPlan: 2 run. ")
    assert place.read_text() == specrun("diff", "--json").out
    assert [path.name for path in tmp_path.glob("*.tmp")] == []


def test_the_json_goes_nowhere_where_it_does_harm(
    spec: Spec, specrun: Specrun, repo: Path, tmp_path: Path
) -> None:
    path = spec(TASKS)
    before = path.read_bytes()
    (repo / "results").mkdir()
    for place in ("results/plan.json", "results", ".git/plan.json", "specs/demo.yaml"):
        said = specrun("diff", "--json-into", place)
        assert (said.code, said.out) == (64, "")
        assert f"{place} is a file of the repository itself; fix: name another file" in said.err
    assert (path.read_bytes(), [*(repo / "results").iterdir()]) == (before, [])
    said = specrun("diff", "--json-into", str(tmp_path / "none" / "plan.json"))
    assert (said.code, "no such file or directory; fix: name a file in a folder" in said.err) == (9, True)
    for special in (tmp_path, Path("/dev/null")):
        said = specrun("diff", "--json-into", str(special))
        assert (said.code, "it is no regular file" in said.err) == (9, True)


def test_only_what_was_picked_is_shown(spec: Spec, specrun: Specrun) -> None:
    spec(TASKS)
    said = specrun("diff", "--only", "one").out
    assert "Selection: 1 of 2 tasks (--only one). Left out: 1 that would run (two)" in said
    assert "demo/two" not in said
    assert said.endswith("  specrun apply --only one  # do it\n")
    assert specrun("diff", "--label", "night").out.startswith("Nothing matches --label night.")
    assert specrun("diff", "--failed", "--exit-code").code == 0
    assert json.loads(specrun("diff", "--json", "--failed").out)["changes"] == []


def test_specs_that_are_gone_and_branches_that_were_deleted_are_told_first(
    spec: Spec, specrun: Specrun, repo: Path
) -> None:
    spec(TASKS)
    former = spec("old: {prompt: 'true'}", name="former")
    assert specrun("apply", "--yes").code == 0
    former.unlink()
    rows = specrun("diff").out.splitlines()
    assert rows[1] == "Not as specrun has left it:"
    assert rows[2].startswith("  former: no file declares this spec any more")
    assert rows[-1] == "Nothing to do: 2 reuse."
    assert json.loads(specrun("diff", "--json").out)["drift"][0]["code"] == "spec_gone"
    assert specrun("diff", "demo").out == "Nothing to do: 2 reuse.\n"
