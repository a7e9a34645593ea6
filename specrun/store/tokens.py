"""Reads the start token and the exit record of a shim, and tells a forged record from its own."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from specrun.core.task import Json
from specrun.store.documents import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A start token: of a shim since `started_at`, or of specrun itself (`fenced`, for a reason).

    `seal` is the hex SHA-256 of a key that only the shim knows until its exit record tells it, "" where an
    earlier release wrote the token.
    """

    document: Document
    fenced: bool
    reason: str = ""
    started_at: float | None = None
    seal: str = ""

    def fits(self, end: Exit) -> bool:
        """Whether the shim that took this token wrote that record, as far as anybody can tell."""
        return not self.fenced and (not self.seal or self.proves(end))

    def proves(self, end: Exit) -> bool:
        """Whether it certainly did: nobody else could know the key."""
        return hashlib.sha256(end.key.encode(errors="replace")).hexdigest() == self.seal


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """An exit record, as the shim wrote it.

    `key` is what its start token sealed, `order` the hex SHA-256 of the intent that it was started with; both
    are "" in records of an earlier release. `digest` is the hex SHA-256 of the record itself.
    """

    cause: str
    error: str
    exit_code: int | None
    started_at: float | None
    ended_at: float
    output_error: str
    verdict_error: str = ""
    meter: Mapping[str, Json] | None = None
    key: str = ""
    order: str = ""
    digest: str = ""

    @property
    def clean(self) -> bool:
        """Whether the program ended by itself and said that all is well."""
        return self.cause == "exited" and self.exit_code == 0


def read_start(directory: Path, fix: str) -> Start | None:
    """Read the start token, None where there is none yet. Raises EnvironmentProblem, which says `fix`."""
    path = directory / "start.json"
    if not os.path.lexists(path):
        return None
    document = Document(path, fix)
    if document.flag("fenced"):
        return Start(document=document, fenced=True, reason=document.text("reason"))
    return Start(
        document=document,
        fenced=False,
        started_at=document.number("started_at"),
        seal=document.text_or_none("seal") or "",
    )


def read_exit(directory: Path, fix: str) -> Exit:
    """Read the exit record. Raises EnvironmentProblem, which says `fix`."""
    record = Document(directory / "exit.json", fix)
    return Exit(
        cause=record.text("cause"),
        error=record.text("error"),
        exit_code=record.whole_or_none("exit_code"),
        started_at=record.number_or_none("started_at"),
        ended_at=record.number("ended_at"),
        output_error=record.text_or_none("output_error") or "",
        verdict_error=record.text_or_none("verdict_error") or "",
        meter=record.mapping_or_none("meter"),
        key=record.text_or_none("key") or "",
        order=record.text_or_none("order") or "",
        digest=record.digest,
    )
