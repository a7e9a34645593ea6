"""The doubles fit the sockets, so that tests and product speak of the same thing."""

from __future__ import annotations

from specrun.agents import AGENTS
from specrun.ports import Agent, Attempts, Executor, Prompts, Store, Workspaces
from tests.fakes import (
    Clock,
    FakeAttempts,
    FakeExecutor,
    FakePrompts,
    FakeWorkspaces,
    MemoryStore,
    State,
)


def methods(port: type) -> set[str]:
    return {name for name in vars(port) if not name.startswith("_")}


def test_every_double_fits_its_socket() -> None:
    state = State()
    attempts: Attempts = FakeAttempts(state, Clock())
    executor: Executor = FakeExecutor(state)
    prompts: Prompts = FakePrompts()
    store: Store = MemoryStore(state)
    workspaces: Workspaces = FakeWorkspaces(state)
    ports = {Attempts: attempts, Executor: executor, Prompts: prompts, Store: store, Workspaces: workspaces}
    for port, double in ports.items():
        assert methods(port) - set(dir(double)) == set(), port


def test_every_agent_fits_its_socket_under_its_own_name() -> None:
    for name, agent in AGENTS.items():
        fitting: Agent = agent
        assert fitting.name == name
