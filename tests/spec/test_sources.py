"""What a prompt is made of depends on its task, its domain and its agent."""

from __future__ import annotations

from pathlib import Path

from specrun.core.task import TaskId
from tests.spec.corpus import lines, loaded, make_repo, write

HEAD = "version: 1\nname: demo\nagent: claude\nvars: {service: x}\n"


def prompt(root: Path, tasks: str, name: str = "a") -> str | None:
    return loaded(write(root, HEAD + tasks)).desired.tasks[TaskId(f"demo/{name}")].prompt


def test_a_domain_template_wraps_all_agents_but_the_shell(tmp_path: Path) -> None:
    root = make_repo(tmp_path)
    write(root, "[{{ domain.name }}: {{ task.prompt }}]", "prompts/wrap.j2")
    tasks = (
        "domains: {be: {template: prompts/wrap.j2}}\ntasks:\n"
        "  a: {prompt: 'Do {{ vars.service }}', domain: be}\n  b: {prompt: make, domain: be, agent: shell}\n"
    )
    assert prompt(root, tasks) == "[be: Do x]"
    assert prompt(root, tasks, "b") == "make"


def test_a_prompt_is_a_value_of_the_wrapping_template_and_no_template(tmp_path: Path) -> None:
    root = make_repo(tmp_path)
    write(root, "[{{ task.prompt }}]", "prompts/wrap.j2")
    tasks = (
        "domains: {be: {template: prompts/wrap.j2}}\ntasks:\n"
        "  a: {prompt: \"{{ '{{' }} vars.service }}\", domain: be}\n"
    )
    assert prompt(root, tasks) == "[{{ vars.service }}]"


def test_template_values(tmp_path: Path) -> None:
    root = make_repo(tmp_path)
    write(
        root,
        "{{ task.id }} {{ task.title }} {{ with.x }} {{ spec.name }} {{ task.depends_on }}",
        "prompts/t.j2",
    )
    tasks = (
        "tasks:\n  a: {template: prompts/t.j2, with: {x: '{{ vars.service }}'}, title: T, depends_on: [b]}\n"
        "  b: {prompt: y}\n"
    )
    assert prompt(root, tasks) == "demo/a T {{ vars.service }} demo ['b']"


def test_a_broken_domain_template_is_told_once_for_all_its_tasks(tmp_path: Path) -> None:
    root = make_repo(tmp_path)
    tasks = (
        "domains:\n  be: {template: prompts/nope.j2}\n"
        "tasks:\n  a: {prompt: x, domain: be}\n  b: {prompt: y, domain: be}\n"
    )
    assert [line.split(": ")[0] for line in lines(write(root, HEAD + tasks))] == ["specs/demo.yaml:6:18"]


def test_a_domain_template_of_the_settings_is_told_at_the_task(tmp_path: Path) -> None:
    root = write(
        make_repo(tmp_path), "version: 1\ndomains: {be: {template: prompts/nope.j2}}\n", "specrun.yaml"
    )
    tasks = "tasks:\n  a: {prompt: x, domain: be}\n"
    assert [line.split(": ")[0] for line in lines(write(root, HEAD + tasks))] == ["specs/demo.yaml:6:26"]


def test_a_condition_sees_what_a_prompt_sees(tmp_path: Path) -> None:
    when = "vars.service == 'x' and with.n == 1 and domain.name == 'be' and task.title == 'T'"
    tasks = (
        "domains: {be: {}}\ntasks:\n"
        f'  a: {{template: prompts/good.md.j2, with: {{n: 1}}, domain: be, title: T, when: "not ({when})"}}\n'
        "  b: {prompt: y, when: '{{ task.domain == domain.name }}', domain: be}\n"
    )
    found = loaded(write(make_repo(tmp_path), HEAD + tasks)).desired.tasks
    conditions = [found[TaskId(f"demo/{name}")].when for name in "ab"]
    assert [condition.met for condition in conditions if condition] == [False, True]
