"""Tests the drawn graph: every line of it at many widths."""

from __future__ import annotations

import random
import re

import pytest

from specrun.core.contract import Contract
from specrun.core.task import Task
from specrun.report.colour import Paint
from specrun.report.graph_text import text
from specrun.report.text import width
from tests.core.make import desired, prints, run, task, tid
from tests.report.graphs import made, shop

FOUR = (task("schema"), task("api", "schema"), task("web", "schema"), task("deploy", "api", "web"))


def rows(told: str) -> list[str]:
    return told.splitlines()


def test_a_graph_with_some_of_everything() -> None:
    assert text(shop()) == (
        "s: 5 tasks in 3 waves, at most 2 side by side\n"
        "TASK            WAVE  STATUS     EST.  NOTE\n"
        "* schema        1     succeeded  10s\n"
        "+-* api         2     pending\n"
        "| +-o review    3     pending          may send api back, up to 2 times\n"
        "'-|-o web       2     pending          schema: carries output\n"
        "  '-'-* deploy  3     pending          web: on finished\n"
        "Longest (*), 3 tasks: schema > api > deploy\n"
        "\n"
        "May conflict: s/api (src/**) and s/web (src/web/**)\n"
    )


def test_in_forty_columns_notes_give_way() -> None:
    assert rows(text(shop(), room=39)) == [
        "s: 5 tasks in 3 waves, at most 2 side",
        "  by side",
        "TASK            WAVE  STATUS",
        "* schema        1     succeeded",
        "+-* api         2     pending",
        "| +-o review    3     pending",
        "'-|-o web       2     pending",
        "  '-'-* deploy  3     pending",
        "Longest (*), 3 tasks: schema > api >",
        "  deploy",
        "",
        "May conflict: s/api (src/**) and s/w...",
    ]


def test_names_are_not_broken_at_their_hyphens() -> None:
    chain = made(task("first-of-all"), task("second-of-all", "first-of-all"))
    assert rows(text(chain, room=36))[-2:] == [
        "Longest (*), 2 tasks: first-of-all >",
        "  second-of-all",
    ]
    chain = made(task("a"), task("second-of-all", "a"))
    assert rows(text(chain, room=34))[-2:] == ["Longest (*), 2 tasks: a >", "  second-of-all"]


def test_a_note_is_cut_before_it_gives_way() -> None:
    assert "| +-o review    3     pending          may send api ..." in rows(text(shop(), room=55))


def test_several_specs_and_pieces() -> None:
    found = made(task("one/a"), task("one/b"), task("two/c"), task("two/d", "two/c"))
    assert text(found) == (
        "one: 2 tasks in 1 wave, at most 2 side by side\n"
        "TASK  WAVE  STATUS\n"
        "o a   1     pending\n"
        "o b   1     pending\n"
        "\n"
        "two: 2 tasks in 2 waves\n"
        "TASK   WAVE  STATUS\n"
        "* c    1     pending\n"
        "'-* d  2     pending\n"
        "Longest (*), 2 tasks: c > d\n"
    )


def test_a_chain_that_is_too_long_for_the_width_goes_straight_down() -> None:
    chain = [task("t0"), *(task(f"t{n}", f"t{n - 1}") for n in range(1, 50))]
    told = rows(text(made(*chain), room=79))
    assert told[2:6] == ["* t0   1     pending", "|", "* t1   2     pending", "|"]
    assert told[-1] == "Longest (*), 50 tasks: t0 > t1 > t2 > t3 > (42 more) > t46 > t47 > t48 > t49"


def test_where_nothing_can_be_drawn_words_tell() -> None:
    # Each is waited for by others than any other: no two lines are alike, and all of them are open at once.
    names = [f"up{number}" for number in range(20)]
    ends = [task(f"end{number}", *names[:number], *names[number + 1 :]) for number in range(20)]
    told = rows(text(made(*(task(name) for name in names), *ends, task("last", "end0")), room=40))
    assert told[2:4] == [
        "TASK                             STATUS",
        "o up0                            pending",
    ]
    assert told[22:24] == [
        "o up19                           pending",
        " * end0 < up1, up2, up3, up4...  pending",
    ]
    assert told[43] == "  * last < end0                  pending"


def test_long_names_are_cut_before_a_drawing_gives_way() -> None:
    names = [f"up{number}-{'a' * 50}" for number in range(15)]
    ends = [task(f"end{number}", *names[:number], *names[number + 1 :]) for number in range(15)]
    told = rows(text(made(*(task(name) for name in names), *ends), room=79))
    assert told[15] == f"{'| ' * 13}o up13-{'a' * 34}...  pending"
    assert told[16] == f"{'+-' * 14}o end14{' ' * 37}pending"


def test_what_is_not_shown_is_told() -> None:
    found = made(task("a"), task("b", "a"), only=["b"])
    assert rows(text(found))[2] == "o b   1     pending  after a, not shown"


def test_times_from_history_make_the_way() -> None:
    tasks = [task("a"), task("b", "a"), task("c", "a")]
    known = prints(desired(*tasks))
    runs = [
        run(known[tid(name)], name, started_at=1.0, ended_at=took)
        for name, took in (("a", 6.0), ("b", 61.0), ("c", 91.0))
    ]
    told = rows(text(made(*tasks, runs=runs)))
    assert told[2:] == [
        "* a    1     succeeded  5.0s",
        "+-o b  2     succeeded  1m 00s",
        "'-* c  2     succeeded  1m 30s",
        "Longest (*), about 1m 35s: a > c",
    ]


def test_colour_changes_no_character() -> None:
    plain, bright = text(shop(), room=60), text(shop(), room=60, paint=Paint(on=True))
    assert re.sub(r"\x1b\[\d+m", "", bright) == plain
    assert "\x1b[32msucceeded\x1b[0m" in bright
    assert "\x1b[2m+-\x1b[0m\x1b[2m*\x1b[0m api" in bright
    assert "\x1b[33mMay conflict" in bright


def crowd(number: int) -> list[Task]:
    dice = random.Random(number)
    names = [f"task-{n}-{'x' * dice.randrange(40)}" for n in range(200)]
    return [
        task(
            name,
            *dice.sample(names[max(0, place - 6) : place], min(place, dice.randrange(3))),
            contract=Contract(touches=(f"src/{place % 20}",)),
            title="日本" * 20,
        )
        for place, name in enumerate(names)
    ]


@pytest.mark.parametrize("room", [10, 20, 39, 79, 119])
@pytest.mark.parametrize("number", range(3))
def test_two_hundred_tasks_fit_into_any_width(number: int, room: int) -> None:
    found = made(*crowd(number))
    told = rows(text(found, room=room))
    assert max(map(width, told)) <= room
    assert sum(row.endswith("pending"[: room - 6]) for row in told) == 200
