"""Tests the block of lines that shows work going on."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.core.change import Action, Plan, ReasonCode, Start, Verify
from specrun.core.task import Desired, TaskId
from specrun.core.world import Phase, Status, World
from specrun.report.colour import PLAIN, Paint
from specrun.report.status import State
from specrun.report.text import clean, width
from specrun.report.view import Moment, Seen, bar, block
from tests.report.values import NOW, attempt, decision, desired, plan, proving, record, run, task, world

KEYS = "q: leave it running   Ctrl-C: start nothing more"
TASKS = ("schema", "login", "logout", "front", "docs", "review")
WANTED = replace(
    desired(*(task(f"demo/{name}") for name in TASKS), free=()),
    specs={"demo": replace(desired(task("demo/a")).specs["demo"], budget=Decimal(5))},
)
SEEN = world(
    run("demo/schema", Status.SUCCEEDED, record(1, cost="0.40", seconds=63)),
    run("demo/docs", Status.FAILED, record(1, Status.FAILED, cost="0.02"), reason="check_failed: test"),
    attempts=[
        replace(
            attempt("demo/login", 2, Phase.RUNNING),
            spent=Decimal("0.1234"),
            tokens={"input": 50_000, "output": 800},
        ),
        attempt("demo/logout", 1, Phase.RUNNING),
    ],
)
PLAN = plan(
    decision("demo/schema", Action.REUSE),
    decision("demo/login", Action.ADOPT, (ReasonCode.RUNNING, "")),
    decision("demo/logout", Action.ADOPT, (ReasonCode.RUNNING, "")),
    decision("demo/front", Action.RUN, (ReasonCode.NEW, ""), (ReasonCode.UPSTREAM_PENDING, "login")),
    decision("demo/docs", Action.HOLD, (ReasonCode.FAILED_UNCHANGED, "")),
    decision("demo/review", Action.HOLD, (ReasonCode.UPSTREAM_FAILED, "docs")),
    live=["demo/login", "demo/logout"],
)
LOOK = Seen(desired=WANTED, world=SEEN, plan=PLAN).foretold()
SAID = {TaskId("demo/login"): "Edit src/app.py: adding the login route and its tests, as asked for"}
MOMENT = Moment(now=NOW + 65, said=SAID, keys=KEYS)


def test_a_line_per_task_and_what_it_comes_to() -> None:
    assert block(LOOK, MOMENT, room=79, rows=20) == (
        "> demo/login   running      1m 05s  0.1234 USD  Edit src/app.py: adding the ...",
        "> demo/logout  running      1m 05s",
        "! demo/docs    failed         2.0s    0.02 USD  checks failed: test",
        "! demo/review  blocked                          upstream did not succeed: docs",
        ". demo/front   pending                          waits for login",
        "+ demo/schema  succeeded    1m 03s    0.40 USD  done",
        "[##########..........] 3/6, 2 running, 1 failed, 1 blocked, up to 2 min left",
        "2/4 workers, 0.5434 of 5.00 USD, 50.8k tok",
        KEYS,
    )


def test_a_wide_terminal_shows_tokens_and_more_of_what_workers_say() -> None:
    told = block(LOOK, MOMENT, room=119, rows=20)
    said = "Edit src/app.py: adding the login route and its tests, a..."
    assert told[:3] == (
        f"> demo/login   running      1m 05s  0.1234 USD   50.8k tok  {said}",
        "> demo/logout  running      1m 05s",
        "! demo/docs    failed         2.0s    0.02 USD              checks failed: test",
    )


def test_a_narrow_terminal_gets_marks_for_words() -> None:
    assert block(LOOK, MOMENT, room=39, rows=20) == (
        "> demo/login  1m 05s Edit src/app.py...",
        "> demo/logout 1m 05s",
        "! demo/docs   failed checks failed: ...",
        "! demo/review blocked upstream did n...",
        ". demo/front  waits for login",
        "+ demo/schema 1m 03s done",
        "3/6, 2 running, 1 failed, 1 blocked",
        "2/4 workers, 0.5434 of 5.00 USD, 50....",
        "q: leave it running   Ctrl-C: start ...",
    )


def many(**states: int) -> Seen:
    """Answer a look at tasks of which so many are at work, failed, wait, or are done."""
    names = {state: [f"demo/{state}{number}" for number in range(many)] for state, many in states.items()}
    flat = [name for found in names.values() for name in found]
    waits = (ReasonCode.MAX_WORKERS, "")
    return Seen(
        desired=desired(*(task(name) for name in flat)),
        world=world(
            *(run(name) for name in names["done"]),
            *(run(name, Status.FAILED, reason="exit code 1") for name in names["bad"]),
            attempts=[attempt(name, 1, Phase.RUNNING) for name in names["busy"]],
        ),
        plan=plan(
            *(decision(name, Action.REUSE) for name in names["done"]),
            *(decision(name, Action.RUN, (ReasonCode.NEW, ""), waits) for name in names["idle"]),
            *(decision(name, Action.HOLD, (ReasonCode.FAILED_UNCHANGED, "")) for name in names["bad"]),
            *(decision(name, Action.ADOPT, (ReasonCode.RUNNING, "")) for name in names["busy"]),
            live=names["busy"],
        ),
    )


NAMES = {"+": "done", ".": "idle", "!": "bad", ">": "busy"}


def shown(look: Seen, rows: int) -> list[str]:
    """Answer the lines of tasks in short: their names, or the words that stand for those that are folded."""
    told = block(look, MOMENT, room=79, rows=rows)[: -3 if rows > 4 else -1]
    return [one.split("/")[1].split()[0] if one[0] in NAMES else one.strip() for one in told]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (12, ["busy0", "busy1", "bad0", "bad1", "idle0", "idle1", "idle2", "done0", "done1"]),
        (11, ["busy0", "busy1", "bad0", "bad1", "idle0", "idle1", "idle2", "2 succeeded"]),
        (10, ["busy0", "busy1", "bad0", "bad1", "idle0", "and 2 pending", "2 succeeded"]),
        (9, ["busy0", "busy1", "bad0", "bad1", "3 pending", "2 succeeded"]),
        (8, ["busy0", "busy1", "2 failed", "3 pending", "2 succeeded"]),
        (7, ["busy0", "busy1", "2 failed", "3 pending"]),
        (5, ["busy0", "busy1"]),
        (4, ["busy0", "busy1", "2 failed"]),
        (2, ["2 running"]),
        (1, []),
    ],
)
def test_what_is_done_is_folded_first_and_workers_never_before_others(rows: int, told: list[str]) -> None:
    assert shown(many(busy=2, bad=2, idle=3, done=2), rows) == told


def test_what_is_done_is_folded_as_a_whole() -> None:
    assert shown(many(busy=1, bad=0, idle=0, done=9), 9) == ["busy0", "9 succeeded"]


@given(
    st.integers(1, 200),
    st.integers(0, 30),
    st.fixed_dictionaries(dict.fromkeys(NAMES.values(), st.integers(0, 8))),
    st.text(),
    st.sampled_from([PLAIN, Paint(on=True)]),
)
def test_a_block_fits_any_terminal(
    room: int, rows: int, states: dict[str, int], said: str, paint: Paint
) -> None:
    look = many(**states)
    lines = {TaskId(f"demo/busy{number}"): said for number in range(states["busy"])}
    told = block(look, replace(MOMENT, said=lines), room=room, rows=rows, paint=paint)
    assert len(told) <= rows
    bare = [clean(one) for one in told]
    assert all(width(one) <= room and "\n" not in one for one in bare)
    workers = sum(one.startswith(">") for one in bare)
    others = sum(one[:1] in {"+", ".", "!"} for one in bare)
    assert workers == states["busy"] or not others
    if room > 12 and rows >= states["busy"] + 3:
        assert workers == states["busy"]


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_nothing_that_workers_write_reaches_the_terminal_as_a_command(said: str) -> None:
    moment = Moment(now=NOW, said={TaskId("demo/login"): f"\x1b]0;title\x07\x9b2J{said}\x1b[2J\r\n\u202e"})
    told = block(LOOK, moment, room=119, rows=20)
    assert len(told) == 8
    assert all(clean(one) == one and "\n" not in one for one in told)


def test_states_are_coloured_and_cut_before_that() -> None:
    told = block(LOOK, MOMENT, room=79, rows=20, paint=Paint(on=True))
    assert told[1] == "\x1b[36m>\x1b[0m demo/logout  \x1b[36mrunning   \x1b[0m   1m 05s"
    assert told[2].startswith("\x1b[31m!\x1b[0m demo/docs    \x1b[31mfailed    \x1b[0m")
    assert told[-1] == f"\x1b[2m{KEYS}\x1b[0m"
    plain = block(LOOK, MOMENT, room=79, rows=20, paint=PLAIN)
    assert [clean(one).rstrip() for one in told] == list(plain)


def test_a_worker_that_is_being_stopped_is_marked() -> None:
    seen = world(attempts=[attempt("demo/a", 1, Phase.RUNNING)])
    stopping = plan(decision("demo/a", Action.STOP, (ReasonCode.STOP_REQUESTED, "")), live=["demo/a"])
    told = block(look(desired(task("demo/a")), seen, stopping), MOMENT, room=70, rows=9)
    assert told[0] == "x demo/a  running      1m 05s  is being stopped"


def test_what_may_not_be_collected_says_why_and_is_no_worker() -> None:
    seen = world(attempts=[attempt("demo/a", 1, Phase.ENDED), attempt("demo/b", 1, Phase.RUNNING)])
    stuck = decision("demo/a", Action.HOLD, (ReasonCode.BRANCH_IN_USE, "checked out in /x"))
    at_work = decision("demo/b", Action.ADOPT, (ReasonCode.RUNNING, ""))
    wanted = desired(task("demo/a"), task("demo/b"))
    moment = replace(MOMENT, said={TaskId("demo/a"): "done"})
    told = block(look(wanted, seen, plan(stuck, at_work, live=["demo/b"])), moment, room=90, rows=9)
    assert told[:2] == (
        "> demo/b  running      1m 05s",
        "! demo/a  collecting   1m 05s  its branch is in use: checked out in /x",
    )
    assert told[3].startswith("1/")


def test_a_worker_that_has_just_been_started_is_shown() -> None:
    new = decision("demo/a", Action.RUN, (ReasonCode.NEW, ""), ready=True)
    begun = replace(plan(new), changes=(Start(new),))
    told = block(look(desired(task("demo/a")), world(), begun), MOMENT, room=70, rows=9)
    assert told[:2] == ("> demo/a  running          0s", "[....................] 0/1, 1 running")


def test_checks_that_run_are_work() -> None:
    wanted = desired(task("demo/a"), task("demo/b"))
    seen = world(run("demo/b"), attempts=[proving("demo/a", 1, ["test", "lint"], Phase.RUNNING)])
    at_work = decision("demo/a", Action.ADOPT, (ReasonCode.PROVING, ""))
    again = decision("demo/b", Action.VERIFY, (ReasonCode.CHECKS_CHANGED, ""), ready=True)
    begun = replace(plan(at_work, again), changes=(Verify(again),))
    moment = replace(MOMENT, said={TaskId("demo/a"): "test_login PASSED"})
    told = block(look(wanted, seen, begun), moment, room=79, rows=9)
    assert told[0] == "> demo/a  verifying    1m 05s  check 1 of 2: test: test_login PASSED"
    assert told[1].startswith("> demo/b  verifying        0s")
    assert told[2].endswith("0/2, 2 verifying")


def test_a_retry_counts_down() -> None:
    waits = decision("demo/a", Action.RETRY, (ReasonCode.RETRY_DELAY, ""), not_before=NOW + 77)
    told = block(look(desired(task("demo/a")), world(), plan(waits)), MOMENT, room=79, rows=9)
    assert told[0] == ". demo/a  pending              starts in 12s"


def test_tasks_that_are_not_selected_are_left_out() -> None:
    wanted = desired(task("demo/a"), task("demo/b"))
    held = decision("demo/b", Action.HOLD, (ReasonCode.NOT_SELECTED, ""))
    both = plan(decision("demo/a", Action.REUSE), held)
    seen = world(run("demo/a"))
    told = block(look(wanted, seen, both), replace(MOMENT, keys=""), room=79, rows=9)
    assert told == ("+ demo/a  succeeded      2.0s  done", "[####################] 1/1", "0/4 workers")
    only = replace(look(wanted, seen, both), only=frozenset({TaskId("demo/b")}), heading="Selection: b.")
    told = block(only, MOMENT, room=79, rows=9)
    assert told[0].split() == [".", "demo/b", "pending", "not", "selected"]
    assert (told[1], told[-2]) == ("[....................] 0/1", "Selection: b.")


def test_who_else_is_at_work_is_told() -> None:
    there = replace(
        look(desired(task("demo/a")), world(), plan()),
        applying=("demo",),
        elsewhere=(attempt("demo/a", 1, Phase.RUNNING, branch="side"),),
    )
    told = block(there, MOMENT, room=79, rows=9)[1]
    assert told == "0/4 workers, specrun is applying demo, 1 attempt of other branches"
    assert "nobody is applying" in block(replace(there, applying=()), MOMENT, room=79, rows=9)[1]


def test_what_a_worker_has_cost_so_far_may_not_be_known_yet() -> None:
    begun = world(attempts=[replace(attempt("demo/login", 1, Phase.RUNNING))])
    at_work = plan(decision("demo/login", Action.ADOPT, (ReasonCode.RUNNING, "")))
    told = block(look(WANTED, begun, at_work), MOMENT, room=79, rows=9)
    assert told[0] == "> demo/login  running      1m 05s  Edit src/app.py: adding the login route a..."
    assert told[2] == "1/4 workers, 0.00 of 5.00 USD"
    lost = world(run("demo/login", Status.LOST, record(1, Status.LOST, cost=None)))
    held = plan(decision("demo/login", Action.HOLD, (ReasonCode.FAILED_UNCHANGED, "")))
    told = block(look(WANTED, lost, held), MOMENT, room=79, rows=9)
    assert "  unknown  " in told[0]
    assert told[2] == "0/4 workers, unknown of 5.00 USD"


def test_tokens_are_those_of_all_attempts() -> None:
    first, second = (replace(record(number), tokens={"input": number * 1000}) for number in (1, 2))
    done = plan(decision("demo/a", Action.REUSE))
    both = world(run("demo/a", Status.SUCCEEDED, first, second))
    told = block(look(desired(task("demo/a")), both, done), MOMENT, room=119, rows=9)
    assert told[0] == "+ demo/a  succeeded      2.0s    2.0k tok  done"
    assert told[2] == "0/4 workers, 3.0k tok"


def look(wanted: Desired, seen: World, planned: Plan) -> Seen:
    """Answer a look at a small world."""
    return Seen(desired=wanted, world=seen, plan=planned)


def test_the_bar_gives_way_to_words() -> None:
    states = Counter({State.SUCCEEDED: 2, State.PENDING: 1, State.FAILED: 1})
    assert bar(states, 4, 40) == "[###############.....] 3/4, 1 failed"
    assert bar(states, 4, 50, ", up to 2 min left") == "[############....] 3/4, 1 failed, up to 2 min left"
    assert bar(states, 4, 30, ", up to 2 min left") == "[##########....] 3/4, 1 failed"
    assert bar(states, 4, 15) == "3/4, 1 failed"
    assert bar(Counter(), 0, 20) == "[##############] 0/0"
