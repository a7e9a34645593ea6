"""What an upstream had been handed itself reaches its dependents, too."""

from __future__ import annotations

from dataclasses import replace

from specrun.core.world import CarriedFile
from tests.core.make import desired, prints, run, task, tid, told, world


def test_what_an_upstream_was_handed_itself_is_part_of_what_it_hands_on() -> None:
    """Its branch holds the work of those above it, whatever its own change is."""
    tasks = (task("a"), task("b", "a"), task("c", "b"), task("d", "b:succeeded:output"))
    wanted = desired(*tasks)
    known = prints(wanted)
    before = [run(known[tid(name)], name) for name in ("a", "b", "c", "d")]
    assert {action for action, _ in told(wanted, world(before)).values()} == {"reuse"}
    other = replace(before[0], carried=(CarriedFile("f", "100644", "1" * 40),))
    again = prints(wanted, {tid("a"): other})
    anew = [other, run(again[tid("b")], "b"), *before[2:]]
    assert told(wanted, world(anew)) == {
        "a": ("reuse", ""),
        "b": ("reuse", ""),
        "c": ("cascade", "upstream_output_changed"),
        "d": ("reuse", ""),
    }


def test_records_of_the_first_version_say_nothing_of_what_was_inherited() -> None:
    wanted = desired(task("a"), task("b", "a"), task("c", "b"))
    known = prints(wanted)
    print_ = known[tid("c")]
    first = replace(
        print_,
        version=1,
        work="old",
        components={name: value for name, value in print_.components.items() if "/" not in name},
    )
    runs = [run(known[tid(name)], name) for name in ("a", "b")]
    assert told(wanted, world([*runs, run(first, "c")]))["c"] == ("reuse", "")
