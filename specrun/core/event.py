"""What happened, one value per line of history, readable by people and by scripts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from specrun.core.task import Json, TaskId


class EventKind(StrEnum):
    """What kind of thing happened."""

    STARTED = "started"
    RELAUNCHED = "relaunched"
    ADOPTED = "adopted"
    CHECKING = "checking"
    STOPPING = "stopping"
    ENDED = "ended"
    CUT_OFF = "cut_off"
    RENAMED = "renamed"
    FORGOTTEN = "forgotten"
    FROZEN = "frozen"
    UNFROZEN = "unfrozen"
    TICKED = "ticked"
    NOT_TICKED = "not_ticked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One happening.

    `at` is seconds since the epoch; `message` is one plain sentence; `data` holds its facts.
    """

    at: float
    kind: EventKind
    message: str
    task_id: TaskId | None = None
    number: int | None = None
    data: Mapping[str, Json] = field(default_factory=dict)
