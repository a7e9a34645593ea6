"""The prompt book: what is known now, what is known later, and the text when it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun.core.task import Condition, Json, TaskId
from specrun.core.world import Fingerprint, Run, Status
from specrun.errors import InvalidSpec
from specrun.spec.load import Loaded
from tests.spec.corpus import loaded, make_repo, write

HEAD = "version: 1\nname: demo\nagent: claude\ntasks:\n  up: {prompt: hi}\n"
DOWN = TaskId("demo/down")


def book(tmp_path: Path, prompt: str, carry: str = "all") -> Loaded:
    body = "".join(f"      {line}\n" for line in prompt.split("\n"))
    task = f"  down:\n    depends_on: {{up: {{carry: {carry}}}}}\n    prompt: |\n{body}"
    return loaded(write(make_repo(tmp_path), HEAD + task))


def run(output: Json = None, **more: str) -> dict[TaskId, Run]:
    nothing = Fingerprint(work="", verify="", live="")
    task_id = TaskId("demo/up")
    made = Run(
        task_id=task_id, status=Status.SUCCEEDED, reason="", generation=1, fingerprint=nothing, attempts=(),
        output=output, branch=more.get("branch"), summary=more.get("summary", ""),
    )  # fmt: skip
    return {task_id: made}


def test_a_prompt_without_run_time_values_is_known_at_once(tmp_path: Path) -> None:
    found = book(tmp_path, "Do {{ task.name }}.")
    assert found.desired.tasks[DOWN].prompt == "Do down.\n"
    assert not found.prompts.needs(DOWN)
    assert not found.prompts.uses_previous(DOWN)


def test_run_time_values_are_known_later_and_never_guessed(tmp_path: Path) -> None:
    found = book(
        tmp_path, "{{ tasks.up.branch }} {{ tasks['up'].output.items[0] }} {{ tasks.up.output.n | int }}"
    )
    assert found.desired.tasks[DOWN].prompt is None
    assert found.prompts.needs(DOWN)
    assert found.prompts.preview(DOWN) == (
        "«tasks.up.branch: known later» «tasks.up.output.items[0]: known later» "
        "«tasks.up.output.n | int: known later»\n"
    )


def test_run_time_values_are_filled_in_and_are_no_templates(tmp_path: Path) -> None:
    found = book(tmp_path, "{{ tasks.up.branch }} {{ tasks.up.output.x }} {{ tasks.up.summary }}")
    task = found.desired.tasks[DOWN]
    values = run({"x": "{{ vars }}"}, branch="specrun/demo/up", summary="done")
    assert found.prompts.render(task, values, None) == "specrun/demo/up {{ vars }} done\n"
    found.prompts.close()


def test_previous_is_false_at_first_and_the_failure_then(tmp_path: Path) -> None:
    found = book(tmp_path, "Work.{% if previous %} Before: {{ previous.summary }}{% endif %}")
    task = found.desired.tasks[DOWN]
    assert task.prompt == "Work.\n"
    assert found.prompts.uses_previous(DOWN)
    assert not found.prompts.needs(DOWN)
    assert found.prompts.render(task, {}, {"summary": "red"}) == "Work. Before: red\n"
    assert found.prompts.render(task, {}, None) == "Work.\n"
    found.prompts.close()


PREVIOUS: dict[str, Json] = {
    "attempt": 2,
    "outcome": "failed",
    "summary": "did it",
    "tail": "1 failed",
    "feedback": "more tests",
    "failed_checks": ["test", "web/lint"],
}
LESSON = """\
Work.{% if previous and previous.attempt > 1 %} {{ previous.outcome | upper }}:
{% for check in previous.failed_checks %}- {{ check }}
{% endfor %}{{ previous.failed_checks | join("+") }} {{ previous.failed_checks | length }}
{% if "test" in previous.failed_checks %}{{ previous.tail[-6:] }}{% endif %} {{ previous.feedback }}
{{ previous.summary }}{% else %} First.{% endif %}"""


def test_all_that_is_told_of_an_attempt_before_can_be_checked_beforehand(tmp_path: Path) -> None:
    found = book(tmp_path, LESSON)
    task = found.desired.tasks[DOWN]
    assert task.prompt == "Work. First.\n"
    assert found.prompts.uses_previous(DOWN)
    assert found.prompts.render(task, {}, PREVIOUS) == (
        "Work. FAILED:\n- test\n- web/lint\ntest+web/lint 2\nfailed more tests\ndid it\n"
    )
    assert found.prompts.render(task, {}, {**PREVIOUS, "failed_checks": [], "tail": ""}) == (
        "Work. FAILED:\n 0\n more tests\ndid it\n"
    )
    found.prompts.close()


def test_errors_at_run_time_are_located(tmp_path: Path) -> None:
    found = book(tmp_path, "First\n{{ tasks.up.output.missing }}")
    with pytest.raises(InvalidSpec) as caught:
        found.prompts.render(found.desired.tasks[DOWN], run({"x": 1}), None)
    assert str(caught.value) == (
        'specs/demo.yaml:10:7: error[E301]: "tasks.up.output.missing" is undefined; fix: known: x'
    )
    with pytest.raises(InvalidSpec, match=r"tasks\.up"):
        found.prompts.render(found.desired.tasks[DOWN], {}, None)
    found.prompts.close()


def test_a_prompt_that_turns_out_empty_is_an_error(tmp_path: Path) -> None:
    found = book(tmp_path, "{{ tasks.up.output }}")
    with pytest.raises(InvalidSpec, match="E305"):
        found.prompts.render(found.desired.tasks[DOWN], run(" "), None)
    found.prompts.close()


@pytest.mark.parametrize(("carry", "word"), [("none", "output"), ("output", "branch")])
def test_only_what_an_edge_carries_may_be_used(tmp_path: Path, carry: str, word: str) -> None:
    with pytest.raises(InvalidSpec, match="E301"):
        book(tmp_path, f"{{{{ tasks.up.{word} }}}}", carry)


def test_both_sides_of_a_late_condition_are_checked(tmp_path: Path) -> None:
    with pytest.raises(InvalidSpec, match="nope"):
        book(tmp_path, "x{% if tasks.up.output.ok %}y{% else %}{{ nope }}{% endif %}")


def test_what_is_said_only_after_a_failure_is_checked(tmp_path: Path) -> None:
    with pytest.raises(InvalidSpec, match="nope"):
        book(tmp_path, "x{% if previous %}{{ nope }}{% endif %}")


def test_plain_prompts_need_no_child(tmp_path: Path) -> None:
    found = book(tmp_path, "Plain } text { only")
    assert found.prompts.render(found.desired.tasks[DOWN], {}, None) == "Plain } text { only\n"
    assert found.prompts.child._process is None


def asking(tmp_path: Path, when: str) -> Loaded:
    task = f"  down: {{prompt: hi, depends_on: [up], when: {when}}}\n"
    return loaded(write(make_repo(tmp_path), HEAD.replace("tasks:", "vars: {go: true}\ntasks:") + task))


@pytest.mark.parametrize(
    ("when", "condition"),
    [
        ("false", Condition(text="false", met=False)),
        ("'false'", Condition(text="false", met=False)),
        ("not vars.go", Condition(text="not vars.go", met=False, values="vars.go = true")),
        ("'{{ vars.go }}'", Condition(text="vars.go", met=True, values="vars.go = true")),
        ("task.depends_on == ['up']", None),
        (
            "tasks.up.output.n > 0",
            Condition(text="tasks.up.output.n > 0", met=None, values="tasks.up.output.n = known later"),
        ),
    ],
)
def test_a_condition_is_decided_beforehand_where_that_is_possible(
    tmp_path: Path, when: str, condition: Condition | None
) -> None:
    found = asking(tmp_path, f'"{when}"' if condition is None else when).desired.tasks[DOWN].when
    assert found == (condition or Condition(text=when, met=True, values='task.depends_on = ["up"]'))


def test_a_condition_is_decided_by_the_records_of_upstreams(tmp_path: Path) -> None:
    found = asking(tmp_path, "tasks.up.output.n > 0")
    task = found.desired.tasks[DOWN]
    for number in (0, 2):
        assert found.prompts.condition(task, run({"n": number})) == Condition(
            text="tasks.up.output.n > 0", met=number > 0, values=f"tasks.up.output.n = {number}"
        )
    with pytest.raises(InvalidSpec) as caught:
        found.prompts.condition(task, run({"m": 1}))
    assert str(caught.value) == (
        'specs/demo.yaml:7:46: error[E301]: when: "tasks.up.output.n" is undefined; fix: known: m'
    )
    found.prompts.close()


def test_a_text_is_no_answer(tmp_path: Path) -> None:
    found = asking(tmp_path, "tasks.up.output")
    with pytest.raises(InvalidSpec, match="it gives the text"):
        found.prompts.condition(found.desired.tasks[DOWN], run("yes"))
    found.prompts.close()


@pytest.mark.parametrize("word", ["true", "'true'", '"{{ true }}"'])
def test_the_word_true_is_no_condition(tmp_path: Path, word: str) -> None:
    found = asking(tmp_path, word)
    assert found.desired.tasks[DOWN].when is None
    assert found.prompts.condition(found.desired.tasks[DOWN], {}).met


def test_what_is_decided_asks_nobody(tmp_path: Path) -> None:
    found = asking(tmp_path, "vars.go")
    assert found.prompts.condition(found.desired.tasks[DOWN], {}) == found.desired.tasks[DOWN].when
    up = found.desired.tasks[TaskId("demo/up")]
    assert up.when is None
    assert found.prompts.condition(up, {}).met
    assert found.prompts.child._process is None
