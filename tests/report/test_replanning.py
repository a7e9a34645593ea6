"""Tests what is told of an edit beside a running apply."""

from __future__ import annotations

from dataclasses import replace

from specrun.core.change import Action, Decision, Plan, ReasonCode
from specrun.core.task import TaskId
from specrun.errors import Problem, Where
from specrun.report import replanning
from specrun.report.preview import Base, Preview
from specrun.report.replanning import Edit, entry, text
from tests.report.values import NOW, PRINT, decision, desired, plan, run, task, world

NEW = (ReasonCode.NEW, "")
TASKS = desired(task("demo/a"), task("demo/b"), task("demo/c"))
BEFORE = plan(
    decision("demo/a", Action.ADOPT, (ReasonCode.RUNNING, "attempt 1")),
    decision("demo/b", Action.RUN, NEW, ready=True),
    decision("demo/c", Action.REUSE),
    decision("demo/d", Action.RUN, NEW),
    decision("demo/e", Action.REUSE),
    live=["demo/a"],
)


def edit(
    now: Plan, *files: str, head: str = "", taken: tuple[str, ...] = (), dropped: tuple[str, ...] = ()
) -> Edit:
    preview = Preview(
        desired=TASKS,
        world=world(run("demo/c")),
        plan=now,
        base=Base(branch="main", commit="0123456789abcdef", dirty=False),
        prices={},
    )
    return Edit(at=NOW, files=files, head=head, taken=taken, dropped=dropped, before=BEFORE, preview=preview)


def but(*others: Decision) -> Plan:
    """The plan before with some decisions in the place of those of the same tasks."""
    made = {one.task_id: one for one in (*BEFORE.decisions, *others)}
    return replace(BEFORE, decisions=tuple(made.values()))


def test_only_what_has_changed_is_told_with_the_whole_sum() -> None:
    stop = decision("demo/a", Action.STOP, (ReasonCode.OUTDATED_WHILE_RUNNING, "attempt 1"))
    again = decision("demo/c", Action.RERUN, (ReasonCode.PROMPT_CHANGED, ""), ready=True)
    told = text(edit(but(stop, again), "specs/demo.yaml", "prompts/x\x1b[2J.md")).splitlines()
    assert told[0] == "2027-01-15T08:00:00Z edited: specs/demo.yaml, prompts/x.md"
    assert [row for row in told if not row.startswith(" ")][1:] == [
        "x stop   demo/a  edited while running: attempt 1",
        "~ rerun  demo/c  prompt changed",
        "Plan: 2 run, 1 rerun, 1 stop, 1 reuse.",
    ]


def test_what_changes_nothing_says_so() -> None:
    assert text(edit(BEFORE, "specs/demo.yaml")) == (
        "2027-01-15T08:00:00Z edited: specs/demo.yaml; nothing to do\n"
    )
    commit = edit(BEFORE, head="c0ffee" * 7)
    assert text(commit) == ""
    assert entry(commit)["head"] == "c0ffee" * 7
    both = text(edit(BEFORE, "specs/demo.yaml", head="c0ffee" * 7))
    assert both == "2027-01-15T08:00:00Z edited: specs/demo.yaml; HEAD is at c0ffeec0ffee; nothing to do\n"


def test_a_decision_is_news_when_its_work_its_reason_or_its_generation_is_another() -> None:
    work = replace(PRINT, work="other")
    same = replace(decision("demo/b", Action.RUN, NEW), fingerprint=replace(PRINT, live="other"))
    for one, news in (
        (same, False),
        (replace(same, fingerprint=work), True),
        (replace(same, fingerprint=None), True),
        (replace(same, generation=2), True),
        (decision("demo/b", Action.RUN, NEW, (ReasonCode.MAX_WORKERS, "")), True),
        (decision("demo/b", Action.HOLD, (ReasonCode.DISABLED, "")), True),
        (decision("demo/c", Action.HOLD, (ReasonCode.FROZEN, "")), False),
        (decision("demo/f", Action.REUSE), False),
        (decision("demo/f", Action.RUN, NEW), True),
    ):
        assert bool(edit(but(one)).news) == news, one


def test_tasks_and_specs_that_are_gone_are_named() -> None:
    left = replace(BEFORE, decisions=BEFORE.decisions[:3])
    gone = edit(left, "specs/demo.yaml", dropped=("other",))
    assert gone.gone == (TaskId("demo/d"),)
    assert text(gone).splitlines()[1:-1] == [
        "Not wanted any more: demo/d.",
        "Applied no more: other; what was recorded stays.",
    ]
    assert "taken up: other" in text(edit(BEFORE, taken=("other",)))


def test_for_scripts() -> None:
    again = decision("demo/c", Action.RERUN, (ReasonCode.PROMPT_CHANGED, "x"))
    told = entry(edit(but(again), "specs/demo.yaml", taken=("new",), dropped=("old",)))
    assert told == {
        "type": "replanned",
        "at": "2027-01-15T08:00:00Z",
        "files": ["specs/demo.yaml"],
        "head": None,
        "digest": but(again).digest,
        "changes": [
            {
                "address": "demo/c",
                "action": "rerun",
                "reasons": [{"code": "prompt_changed", "detail": "x", "message": "prompt changed: x"}],
            }
        ],
        "gone": [],
        "taken": ["new"],
        "dropped": ["old"],
        "message": "edited: specs/demo.yaml; taken up: new; Plan: 2 run, 1 rerun, 1 adopt, 1 reuse.",
    }


def test_what_is_not_carried_out_says_by_what_specrun_goes_on() -> None:
    problem = Problem(where=Where("specs/demo.yaml", 3, 1), code="E1", what="wrong")
    goes_on = "specrun goes on with the specs as they were at 08:00:00Z; no worker was stopped"
    invalid = replanning.invalid(NOW + 60, [problem], NOW)
    assert (invalid["type"], invalid["at"], invalid["message"]) == (
        "invalid",
        "2027-01-15T08:01:00Z",
        goes_on,
    )
    assert isinstance(invalid["problems"], list)
    assert len(invalid["problems"]) == 1
    refused = replanning.refused(NOW + 60, "too far", 8, NOW)
    assert refused == {
        "type": "refused",
        "at": "2027-01-15T08:01:00Z",
        "reason": "too far",
        "exit_code": 8,
        "message": goes_on,
    }
    assert replanning.mended(NOW)["type"] == "mended"
    assert replanning.rest("2 tasks", 1) == {"type": "rest", "exit_code": 1, "message": "2 tasks"}
