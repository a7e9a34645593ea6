"""Follows the stream of an agent: has a meter read it, tells people what it says, and notes how far it is."""

from __future__ import annotations

import time

from specrun.shim.caps import Caps
from specrun.shim.lines import LONGEST, Lines, Merge
from specrun.shim.redact import redacted
from specrun.system import files
from specrun.system.meter import Meter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from specrun.shim.transcript import Transcript

STDOUT = 0
_BETWEEN_NOTES = 1.0
_TOO_LONG = f"[specrun: a line of more than {LONGEST >> 20} MiB is not shown; output.log has it]"


class Stream:
    """What an agent prints, secrets already taken out; 0 is its standard output, 1 its standard error.

    Only standard output is metered. Secrets are looked for once more in what comes out, because a CLI may
    deliver a text in several events.
    """

    def __init__(
        self,
        directory: str,
        intent: Mapping[str, Any],
        secrets: Sequence[str],
        transcript: Transcript,
    ) -> None:
        self._note = f"{directory}/meter.json"
        self._secrets = secrets
        self._transcript = transcript
        self._meter = Meter(intent["meter"], intent.get("earlier"))
        self._caps = Caps(intent["limits"])
        self._lines = (Lines(), Lines())
        self._merge = Merge()
        self._news = False
        self._noted: dict[str, Any] = {}
        self._next = 0.0

    def take(self, source: int, data: bytes) -> bytes:
        """Follow a piece of one source; answers what goes to the log now."""
        self._follow(source, self._lines[source].cut(data))
        return self._merge.take(source, data)

    def end(self, source: int) -> bytes:
        """Follow what one source has left without the end of a line; answers what goes to the log now."""
        self._follow(source, self._lines[source].rest())
        return self._merge.end(source)

    def crossed(self) -> tuple[str, str]:
        """Answer the cause that has to end the run and a sentence about it, or two times nothing."""
        return self._caps.crossed(self._meter)

    def state(self) -> dict[str, Any]:
        """Answer what the meter knows, as JSON values without secrets."""
        clean: dict[str, Any] = self._clean(self._meter.state())
        return clean

    @property
    def due(self) -> float:
        """When there is something to note, in seconds of the monotonic clock."""
        return self._next if self._news else float("inf")

    def note(self) -> None:
        """Write `meter.json` if it changed, when it is `due`; a disk that refuses is passed over."""
        self._news, self._next = False, time.monotonic() + _BETWEEN_NOTES
        state = self.state()
        if state == self._noted:
            return
        try:
            files.write_passing(self._note, state)
        except OSError:
            return
        self._noted = state

    def _follow(self, source: int, lines: Iterable[bytes | None]) -> None:
        shown: list[str] = []
        for line in lines:
            if line is None:
                shown.append(_TOO_LONG)
            elif source == STDOUT:
                shown += self._meter.feed(line.decode("utf-8", "replace"))
                self._news = True
            elif line.strip():
                shown.append(line.decode("utf-8", "replace"))
        if shown:
            self._transcript.say(self._clean("\n".join(shown)))

    def _clean(self, value: Any) -> Any:  # noqa: ANN401 - any JSON value
        if not self._secrets:
            return value
        if isinstance(value, dict):
            return {self._clean(name): self._clean(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._clean(inner) for inner in value]
        if isinstance(value, str):
            return redacted(value.encode("utf-8", "replace"), self._secrets).decode("utf-8", "replace")
        return value
