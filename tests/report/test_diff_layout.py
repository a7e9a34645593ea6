"""Tests how a diff is laid out: in narrow places, when it is long, and with more or less of it."""

from __future__ import annotations

from dataclasses import replace

from specrun.core.change import Action, ReasonCode
from specrun.report.diff import View
from tests.report.previews import edited, preview
from tests.report.test_diff import NEW, PLAN, TASKS, said
from tests.report.values import decision, desired, plan, task, world


def test_what_a_task_waits_for_stands_in_its_line() -> None:
    wait = [(ReasonCode.UPSTREAM_PENDING, name) for name in ("b", "c", "d")]
    decided = plan(
        decision("demo/a", Action.RUN, NEW, *wait),
        decision("demo/b", Action.RUN, NEW, (ReasonCode.MAX_WORKERS, "")),
        decision(
            "demo/c",
            Action.RETRY,
            (ReasonCode.RETRY_LEFT, "attempt 2 of 3"),
            (ReasonCode.RETRY_DELAY, ""),
            not_before=0.0,
        ),
        decision("demo/d", Action.DEFERRED, NEW, *wait[:2], stale=True),
    )
    wanted = desired(*(task(f"demo/{name}") for name in "abcd"))
    assert [row.split("  [shell]")[0].rstrip() for row in said(preview(wanted, decided))[1:5]] == [
        "+ run       demo/a  never run, after b, c (+1 more)",
        "+ run       demo/b  never run, when a worker is free",
        "! retry     demo/c  retry left: attempt 2 of 3, not before 1970-01-01T00:00:00Z",
        "? deferred  demo/d  never run, decided when b, c end (stale)",
    ]


def test_a_narrow_terminal_gets_more_lines_and_every_address_whole() -> None:
    long = task("demo/" + "a" * 60)
    wanted = desired(task("demo/b"), long)
    decided = plan(decision("demo/b", Action.RUN, NEW), decision(long.id, Action.RUN, NEW))
    rows = said(preview(wanted, decided), View(room=79))
    assert rows[1:6] == [
        "+ run  demo/b  never run",
        "      [shell]  specs/demo.yaml:3",
        f"+ run  {long.id}",
        "      never run",
        "      [shell]  specs/demo.yaml:3",
    ]
    assert max(map(len, rows)) <= 79
    narrow = said(preview(TASKS, PLAN), View(room=45))
    assert "h hold      demo/long-name" in narrow
    assert "  specrun retry demo/long-name" in narrow
    assert max(map(len, narrow)) <= 45


def test_a_long_reason_does_not_push_others_away() -> None:
    wanted = desired(task("demo/a"), task("demo/b"))
    decided = plan(
        decision("demo/a", Action.HOLD, (ReasonCode.FAILED_UNCHANGED, "x" * 100)),
        decision("demo/b", Action.RUN, NEW),
    )
    rows = said(preview(wanted, decided))
    assert rows[1].endswith("x  [shell]  specs/demo.yaml:3")
    assert len(rows[2]) < 110


def test_many_changes_are_listed_once_more_by_what_becomes_of_them() -> None:
    names = [f"demo/t{number:02}" for number in range(30)]
    wanted = desired(*map(task, names))
    decided = plan(
        *(decision(name, Action.RUN, NEW) for name in names[:26]),
        *(decision(name, Action.REUSE) for name in names[26:]),
    )
    rows = said(preview(wanted, decided))
    start = next(place for place, row in enumerate(rows) if row.startswith("+ run: demo/t00, "))
    assert " ".join(rows[start : start + 4]).count("demo/t") == 26
    assert max(map(len, rows[start:])) <= 100
    assert not any(row.startswith("+ run: ") for row in said(preview(wanted, plan(*decided.decisions[:25]))))


def test_the_summary_alone() -> None:
    assert said(preview(TASKS, PLAN), View(summary=True))[:6] == [
        "~ rerun: demo/a",
        "x stop: demo/gone",
        "? deferred: demo/b",
        "h hold: demo/long-name",
        "Plan: 1 rerun, 1 stop, 1 hold, 1 reuse; up to 1 more deferred.",
        "Next:",
    ]


def test_prompts_take_the_place_of_their_edit() -> None:
    one = replace(task("demo/a"), prompt="one\ntwo")
    decided, kept = edited(one, Action.RERUN, {"prompt": "one\ntoo"}, (ReasonCode.PROMPT_CHANGED, ""))
    shown = preview(desired(one), plan(decided), world(kept))
    assert "      prompt: 1 line removed, 1 added" in said(shown)
    rows = said(shown, View(prompts=True))
    assert "      prompt: 1 line removed, 1 added" not in rows
    assert rows[2:4] == ["      prompt:", "        --- recorded"]
