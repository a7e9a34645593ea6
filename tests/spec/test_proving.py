"""Contracts fit the projects, upstreams and workspaces that there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.spec.corpus import loaded, make_repo, problems, write

HEAD = "version: 1\nname: demo\nagent: shell\n"
CHAIN = "tasks:\n  work: {prompt: x}\n  more: {prompt: x, depends_on: [work]}\n"


def repo(folder: Path, spec: str, settings: str = "") -> Path:
    root = write(make_repo(folder), HEAD + spec)
    if settings:
        write(root, "version: 1\n" + settings, "specrun.yaml")
    return root


def said(folder: Path, spec: str, settings: str = "") -> list[str]:
    return [f"{each.where} {each.code} {each.what}" for each in problems(repo(folder, spec, settings))]


def test_a_name_is_told_where_it_is_written_and_once(tmp_path: Path) -> None:
    tasks = "tasks:\n" + "".join(f"  t{n}: {{prompt: x}}\n" for n in range(5))
    assert said(tmp_path, "project: go\n" + tasks, "checks: [test, tets]\n") == [
        'specrun.yaml:2:16 E209 unknown check "tets"'
    ]


def test_a_list_that_no_task_uses_is_left_alone(tmp_path: Path) -> None:
    tasks = "checks: [deploy]\ntasks:\n  a: {prompt: x, checks: []}\n"
    (task,) = loaded(repo(tmp_path, tasks, "checks: [test]\n")).desired.tasks.values()
    assert task.contract.checks == ()


def test_a_project_that_is_written_wrongly_is_the_only_thing_wrong(tmp_path: Path) -> None:
    (line,) = said(tmp_path, "checks: [test]\nproject: pyton\ntasks:\n  a: {prompt: x}\n")
    assert "E209 unknown type of project" in line


@pytest.mark.parametrize(
    ("project", "check", "fix"),
    [
        (
            "",
            "test",
            "write `project: python` or another type, or write the check itself as {name: test, run: …}",
        ),
        (
            "",
            "x",
            "write `project: python` or another type, or write the check itself as {name: NAME, run: …}",
        ),
        ("project: go", "tst", 'did you mean "test"?'),
        (
            "project: {test: x}",
            "lint",
            "write `project: {lint: …}`, or write the check itself as {name: lint, run: …}",
        ),
        ("project: {test: x}", "e2e", "known: test; or write the check itself as {name: NAME, run: …}"),
    ],
)
def test_what_to_do_about_an_unknown_name(tmp_path: Path, project: str, check: str, fix: str) -> None:
    (problem,) = problems(repo(tmp_path, f"{project}\ntasks:\n  a: {{prompt: x, checks: [{check}]}}\n"))
    assert (problem.code, problem.fix) == ("E209", fix)


@pytest.mark.parametrize(
    ("checks", "whole"),
    [
        ("[test, test]", ""),
        ("[{name: test, run: x}, test]", ""),
        ("[prompts/test, prompts/test]", ""),
        ("[test, prompts/test]", ', "test" holds it'),
        ("[prompts/test, test]", ', "test" holds it'),
    ],
)
def test_one_check_is_named_once(tmp_path: Path, checks: str, whole: str) -> None:
    project = "project: {test: a, paths: {prompts: {test: b}}}\n"
    (line,) = said(tmp_path, f"{project}tasks:\n  a: {{prompt: x, checks: {checks}}}\n")
    name = "prompts/test" if "prompts" in checks else "test"
    assert line.endswith(f'E203 check "{name}" is named twice{whole}')


def test_the_same_name_in_two_lists_is_no_clash(tmp_path: Path) -> None:
    spec = "project: go\nchecks: [test]\ntasks:\n  a: {prompt: x, checks: [test]}\n  b: {prompt: x}\n"
    assert len(loaded(repo(tmp_path, spec)).desired.tasks) == 2


@pytest.mark.parametrize(
    ("judge", "what"),
    [
        (
            "depends_on: [more], judge: {pass: [y], fail: [n], rewind: {to: judge}}",
            'task "judge" would send back itself',
        ),
        (
            "depends_on: [more], judge: {pass: [y], fail: [n], rewind: {to: mroe}}",
            'rewind names unknown task "mroe"',
        ),
        (
            "depends_on: {more: {carry: output}}, judge: {pass: [y], fail: [n], rewind: {to: work}}",
            'the work of task "work" does not reach task "judge"',
        ),
        (
            "judge: {pass: [y], fail: [n], rewind: {to: work}}",
            'the work of task "work" does not reach task "judge"',
        ),
    ],
)
def test_what_cannot_be_sent_back(tmp_path: Path, judge: str, what: str) -> None:
    (line,) = said(tmp_path, f"{CHAIN}  judge: {{prompt: x, {judge}}}\n")
    assert line.endswith(what)
    assert line.startswith("specs/demo.yaml:7:")


def test_work_reaches_a_judge_through_others(tmp_path: Path) -> None:
    rewind = "{pass: [y], fail: [n], rewind: {to: work, limit: 20}}"
    judge = f"  judge: {{prompt: x, depends_on: [more], judge: {rewind}}}\n"
    assert loaded(repo(tmp_path, CHAIN + judge)).desired.tasks
    (line,) = said(tmp_path / "none", CHAIN.replace("more: {", "more: {workspace: none, ") + judge)
    assert line.endswith('the work of task "work" does not reach task "judge"')


def test_nothing_is_guessed_of_tasks_that_are_wrong(tmp_path: Path) -> None:
    judge = "  judge: {prompt: x, depends_on: [more], judge: {pass: [y], fail: [n], rewind: {to: work}}}\n"
    (line,) = said(tmp_path, CHAIN.replace("more: {", "more: {priority: x, ") + judge)
    assert "E202 priority" in line
    (line,) = said(tmp_path / "other", CHAIN.replace("work: {", "work: {priority: x, ") + judge)
    assert "E202 priority" in line


def test_touches_need_a_workspace_from_whatever_level(tmp_path: Path) -> None:
    spec = "tasks:\n  a: {prompt: x, touches: [src]}\n"
    (line,) = said(tmp_path, spec, "workspace: none\n")
    assert line == 'specs/demo.yaml:5:27 E214 touches of task "a" cannot be held: it works in the repo itself'
    own, above = spec.replace("prompt", "workspace: clone, prompt"), "workspace: none\n"
    assert loaded(repo(tmp_path / "own", own, above)).desired.tasks
