"""Reads what a shim wrote down: its start token, its exit record, and the copies of the results."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from specrun.core.task import Json
from specrun.errors import EnvironmentProblem
from specrun.ports import Evidence
from specrun.store.documents import Document, parse
from specrun.store.logs import log_path
from specrun.store.metering import metered
from specrun.store.orders import mend
from specrun.store.printable import one_line, tail


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A start token: of a shim since `started_at`, or of specrun itself (`fenced`, for a reason)."""

    document: Document
    fenced: bool
    reason: str = ""
    started_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """An exit record, as the shim wrote it."""

    cause: str
    error: str
    exit_code: int | None
    started_at: float | None
    ended_at: float
    output_error: str
    meter: Mapping[str, Json] | None = None

    @property
    def clean(self) -> bool:
        """Whether the program ended by itself and said that all is well."""
        return self.cause == "exited" and self.exit_code == 0


def read_start(directory: Path) -> Start | None:
    """Read the start token, None where there is none yet. Raises EnvironmentProblem."""
    path = directory / "start.json"
    if not path.exists():
        return None
    document = Document(path, mend(directory))
    if document.flag("fenced"):
        return Start(document=document, fenced=True, reason=document.text("reason"))
    return Start(document=document, fenced=False, started_at=document.number("started_at"))


def read_exit(directory: Path) -> Exit:
    """Read the exit record. Raises EnvironmentProblem."""
    record = Document(directory / "exit.json", mend(directory))
    return Exit(
        cause=record.text("cause"),
        error=record.text("error"),
        exit_code=record.whole_or_none("exit_code"),
        started_at=record.number_or_none("started_at"),
        ended_at=record.number("ended_at"),
        output_error=record.text_or_none("output_error") or "",
        meter=record.mapping_or_none("meter"),
    )


def ended(directory: Path) -> Evidence:
    """Answer the evidence of an attempt with an exit record. Raises EnvironmentProblem."""
    told = read_exit(directory)
    error = told.error
    if told.cause == "stopped" and not error:
        error = _asked(directory)
    output, wrong = _output(directory / "output.json")
    return Evidence(
        cause=told.cause,
        exit_code=told.exit_code,
        error=one_line(error),
        started_at=told.started_at,
        ended_at=told.ended_at,
        # Not the last words of other shims that could not even start: this one did.
        tail=shown_tail(directory),
        output=output,
        output_error=one_line(told.output_error or wrong),
        metered=None if told.meter is None else metered(told.meter),
    )


def shown_tail(directory: Path) -> str:
    """Answer the end of what people read of an attempt: its transcript, or its log where it has no stream."""
    return tail(log_path(directory))


def _asked(directory: Path) -> str:
    """Say why it was to stop; a request that cannot be read was one all the same."""
    with suppress(EnvironmentProblem):
        return Document(directory / "stop.json", mend(directory)).text("reason")
    return ""


def _output(path: Path) -> tuple[Json, str]:
    try:
        return parse(path.read_bytes()), ""
    except FileNotFoundError:
        return None, ""
    except (OSError, ValueError) as exc:
        return None, f"SPECRUN_OUTPUT is not JSON: {one_line(str(exc))}"
