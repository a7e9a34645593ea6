"""Says where prompts come from, their pages and the vars they use: to explain changes, not to find them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from specrun.core.task import Json
from specrun.spec.templates import Templates

DIGITS = 16
"""Of a SHA-256, in hex: enough to tell texts of one repo apart."""
KEPT = 200
"""Characters of the longest value, as JSON, that is kept as it is."""


def short(text: str) -> str:
    """Answer the digest of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


@dataclass(slots=True)
class Origins:
    """Remembers digests of templates and canonical vars, which many prompts share."""

    templates: Templates
    _files: dict[str, str] = field(default_factory=dict)
    _values: dict[int, tuple[Mapping[str, Any], dict[str, Json]]] = field(default_factory=dict)

    def of(
        self,
        pages: Iterable[tuple[str, str]],
        included: Iterable[str],
        names: Iterable[str] | None,
        vars_: Mapping[str, Any],
    ) -> Mapping[str, Json]:
        """Answer `pages` (file or "" and digest) and `vars` (by name).

        `pages` are (source, file or ""), `included` other templates, `names` the vars in use, None for all.
        """
        told: dict[str, str] = {}
        for source, file in pages:
            told[file] = self._digest(file) if file else short(source)
        told |= {file: self._digest(file) for file in included}
        known = self._canonical(vars_)
        used = {name: known[name] for name in (sorted(known) if names is None else names) if name in known}
        return {"pages": [[file, digest] for file, digest in told.items()], "vars": used}

    def _digest(self, file: str) -> str:
        if file not in self._files:
            text = self.templates.text(file)
            self._files[file] = short(text.text) if text else ""
        return self._files[file]

    def _canonical(self, vars_: Mapping[str, Any]) -> dict[str, Json]:
        """Answer the vars of one spec, the long ones as digests; each spec has one mapping for all tasks."""
        kept = self._values.get(id(vars_))
        if kept is None:
            kept = vars_, {name: _short(value) for name, value in vars_.items()}
            self._values[id(vars_)] = kept
        return kept[1]


def _short(value: Any) -> Json:  # noqa: ANN401 - any YAML value
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    kept: Json = value
    return kept if len(text) <= KEPT else {"sha256": short(text)}
