"""Addresses of tasks."""

from __future__ import annotations

from specrun.core.task import split_id
from tests.core.make import task, tid


def test_an_address_is_spec_and_task() -> None:
    assert split_id(tid("auth/api")) == ("auth", "api")
    one = task("auth/api")
    assert (one.spec, one.name) == ("auth", "api")
