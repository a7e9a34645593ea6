"""Pages are told with their digests, vars with their values, and both only where they are in use."""

from __future__ import annotations

import hashlib
from pathlib import Path

from specrun.core.task import Task, TaskId
from specrun.spec.origins import KEPT, Origins, short
from specrun.spec.templates import Templates
from tests.spec.corpus import loaded, make_repo, write

HEAD = "version: 1\nname: demo\nagent: claude\nvars: {who: world, port: 80, list: [1, {b: 2, a: 1}]}\n"


def task(root: Path, tasks: str) -> Task:
    return loaded(write(root, f"{HEAD}{tasks}")).desired.tasks[TaskId("demo/a")]


def test_an_inline_prompt_is_told_by_its_own_text(tmp_path: Path) -> None:
    found = task(make_repo(tmp_path), "tasks:\n  a: {prompt: 'hi {{ vars.who }}'}\n")
    digest = hashlib.sha256(b"hi {{ vars.who }}").hexdigest()[:16]
    assert found.sources == {"pages": [["", digest]], "vars": {"who": "world"}}


def test_a_prompt_that_nobody_renders_is_told_as_well(tmp_path: Path) -> None:
    assert task(make_repo(tmp_path), "tasks:\n  a: {prompt: hi}\n").sources == {
        "pages": [["", short("hi")]],
        "vars": {},
    }


def test_all_pages_and_their_vars(tmp_path: Path) -> None:
    root = make_repo(tmp_path)
    texts = {
        "a": "{% include 'prompts/b.j2' %}{{ vars['port'] }}",
        "b": "{{ vars.list | length }}",
        "wrap": "{{ task.prompt }}{% if 0 %}{{ vars.who }}{% endif %}",
    }
    for name, text in texts.items():
        write(root, text, f"prompts/{name}.j2")
    tasks = "domains: {d: {template: prompts/wrap.j2}}\ntasks:\n  a: {template: prompts/a.j2, domain: d}\n"
    assert task(root, tasks).sources == {
        "pages": [[f"prompts/{name}.j2", short(texts[name])] for name in ("a", "wrap", "b")],
        "vars": {"list": [1, {"a": 1, "b": 2}], "port": 80, "who": "world"},
    }


def test_a_dynamic_use_is_one_of_all(tmp_path: Path) -> None:
    found = task(make_repo(tmp_path), "tasks:\n  a: {prompt: 'hi {{ vars[task.name] | default(1) }}'}\n")
    assert list(found.sources["vars"] or ()) == ["list", "port", "who"]  # type: ignore[arg-type]


def test_a_name_that_is_not_there_has_no_value(tmp_path: Path) -> None:
    found = task(make_repo(tmp_path), "tasks:\n  a: {prompt: 'hi {{ vars.none | default(1) }}'}\n")
    assert found.sources["vars"] == {}


def test_long_values_are_told_by_a_digest(tmp_path: Path) -> None:
    origins = Origins(Templates(tmp_path))
    fits, longer = "x" * (KEPT - 2), "é" * (KEPT - 1)
    told = origins.of((("", ""),), (), None, {"fits": fits, "longer": longer})
    assert told["vars"] == {"fits": fits, "longer": {"sha256": short(f'"{longer}"')}}


def test_each_spec_has_vars_of_its_own(tmp_path: Path) -> None:
    origins = Origins(Templates(tmp_path))
    for value in (1, 2):
        assert origins.of((), (), ("a",), {"a": value, "b": 0})["vars"] == {"a": value}
