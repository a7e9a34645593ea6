"""Tests what Ctrl-C, SIGTERM and --timeout do to an apply."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass, field

import pytest

from specrun.commands.signals import LINGER, Watch, heard
from specrun.errors import ExitCode
from specrun.reconcile.loop import Control


@dataclass
class Trigger:
    """A trigger that is never woken, and lets the clock of the test run on."""

    waits: list[float] = field(default_factory=list)
    woken: bool = False
    wakes: int = 0
    now: float = 100.0

    def wait(self, timeout: float) -> None:
        self.waits.append(timeout)
        if not self.woken:
            self.now += timeout

    def wake(self) -> None:
        self.wakes += 1


@pytest.fixture
def trigger(monkeypatch: pytest.MonkeyPatch) -> Trigger:
    made = Trigger()
    monkeypatch.setattr(time, "monotonic", lambda: made.now)
    return made


def watch(trigger: Trigger, said: list[str] | None = None) -> Watch:
    lines = [] if said is None else said
    return Watch(control=Control(), wakes=trigger, redraw=lambda: "", say=lines.append)


def test_waits_in_steps_until_the_time_is_over(trigger: Trigger) -> None:
    watch(trigger).wait(2.5)
    assert trigger.waits == [1.0, 1.0, 0.5]


def test_a_wake_up_ends_the_wait(trigger: Trigger) -> None:
    trigger.woken = True
    watch(trigger).wait(2.5)
    assert trigger.waits == [1.0]


def test_the_first_interrupt_stops_launching_and_leaves_later(trigger: Trigger) -> None:
    said: list[str] = []
    one = watch(trigger, said)
    one.interrupt()
    assert trigger.wakes == 1
    assert one.due()
    assert not one.due()
    assert (one.control.launching, one.control.stopping, one.control.leave) == (False, False, False)
    assert len(said) == 1
    assert "specrun apply" in said[0]
    assert f"Ctrl-C again within {LINGER:g} s stops them, later specrun stop --all does" in said[0]
    one.wait(60)
    assert sum(trigger.waits) == pytest.approx(LINGER)
    assert one.control.leave
    assert one.code is ExitCode.INTERRUPTED


def test_the_second_interrupt_stops_workers_and_waits_for_them(trigger: Trigger) -> None:
    said: list[str] = []
    one = watch(trigger, said)
    one.interrupt()
    one.due()
    one.interrupt()
    assert one.due()
    assert one.control.stopping
    assert said[-1] == "Stopping all workers."
    one.wait(60)
    assert sum(trigger.waits) == pytest.approx(60)
    assert not one.control.leave


def test_the_third_interrupt_leaves(trigger: Trigger) -> None:
    one = watch(trigger)
    for _ in range(3):
        one.interrupt()
    assert one.due()
    assert one.control.leave


def test_the_time_out_leaves_with_124(trigger: Trigger) -> None:
    one = watch(trigger)
    one.until = trigger.now + 1.5
    one.wait(60)
    assert sum(trigger.waits) == pytest.approx(1.5)
    assert (one.code, one.control.leave) == (ExitCode.TIMEOUT, True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_sigterm_leaves_at_once(trigger: Trigger, number: signal.Signals) -> None:
    one = watch(trigger)
    with heard(one):
        os.kill(os.getpid(), number)
        assert one.due()
    assert (one.code, one.control.leave) == (ExitCode.TERMINATED, True)


def test_signals_are_heard_in_the_block_only(trigger: Trigger) -> None:
    one = watch(trigger)
    with heard(one):
        os.kill(os.getpid(), signal.SIGINT)
        assert one.due()
    assert one.code is ExitCode.INTERRUPTED
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_nohup_is_respected(trigger: Trigger) -> None:
    former = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with heard(watch(trigger)):
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, former)


def test_while_nobody_is_at_work_an_interrupt_needs_no_word(trigger: Trigger) -> None:
    said: list[str] = []
    one = watch(trigger, said)
    one.idle = True
    one.interrupt()
    assert one.due()
    assert (said, one.code) == ([], ExitCode.INTERRUPTED)


def test_somebody_who_looks_at_it_is_looked_after_more_often(trigger: Trigger) -> None:
    one = watch(trigger)
    one.pace = 0.5
    one.wait(1.25)
    assert trigger.waits == [0.5, 0.5, 0.25]


def test_a_key_leaves_it_running_without_any_code(trigger: Trigger) -> None:
    one = watch(trigger)
    keys = iter(["", "x", "aq", ""])
    one.redraw = lambda: next(keys)
    one.wait(60)
    assert len(trigger.waits) == 2
    assert (one.parting, one.control.leave, one.control.launching, one.code) == (True, True, True, None)


def test_after_an_interrupt_the_key_means_nothing(trigger: Trigger) -> None:
    one = watch(trigger)
    one.interrupt()
    one.redraw = lambda: "q"
    assert one.due()
    assert (one.parting, one.control.leave) == (False, False)
