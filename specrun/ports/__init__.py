"""The sockets of the house and the values that cross them."""

from specrun.ports.sockets import Agent, Attempts, Executor, Prompts, Store, Workspaces
from specrun.ports.values import (
    AttemptKey,
    Command,
    Evidence,
    Intent,
    Launch,
    Metered,
    Order,
    Outcome,
    Prepared,
    Work,
)

__all__ = [
    "Agent",
    "AttemptKey",
    "Attempts",
    "Command",
    "Evidence",
    "Executor",
    "Intent",
    "Launch",
    "Metered",
    "Order",
    "Outcome",
    "Prepared",
    "Prompts",
    "Store",
    "Work",
    "Workspaces",
]
