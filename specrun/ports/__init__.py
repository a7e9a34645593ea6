"""The sockets of the house and the values that cross them."""

from specrun.ports.sockets import Agent, Attempts, Executor, Prompts, Store, Workspaces
from specrun.ports.values import (
    AttemptKey,
    CheckOrder,
    Command,
    Evidence,
    Intent,
    Launch,
    Metered,
    Order,
    Outcome,
    Prepared,
    ProofOrder,
    Work,
)

__all__ = [
    "Agent",
    "AttemptKey",
    "Attempts",
    "CheckOrder",
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
    "ProofOrder",
    "Store",
    "Work",
    "Workspaces",
]
