"""Writes the same values as YAML in ever other ways: order, quotes, breaks, brackets, comments, anchors."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from random import Random
from typing import Any

PLAIN = re.compile(r"[A-Za-z][A-Za-z ]*[A-Za-z]|[A-Za-z]")
WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


class Speller:
    """One way to write; every choice is drawn from `chance`."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.anchors: dict[str, str] = {}

    def text(self, value: Mapping[str, Any]) -> str:
        """Write a whole file."""
        return "\n".join(self._mapping(value, "")) + "\n"

    def _often(self, share: float) -> bool:
        return self.chance.random() < share

    def _mapping(self, value: Mapping[str, Any], indent: str) -> list[str]:
        lines = []
        entries = list(value.items())
        self.chance.shuffle(entries)
        for key, below in entries:
            if self._often(0.2):
                lines += self.chance.choice([[f"{indent}# a: comment"], [""], ["", f"{indent}# - [two", ""]])
            name = self.chance.choice([key, f"'{key}'", f'"{key}"']) if self._often(0.3) else key
            lines += self._after(f"{indent}{name}:", below, indent)
        return lines

    def _after(self, start: str, value: Any, indent: str) -> list[str]:
        """Write a value behind its key or behind the sign of a list."""
        deeper = indent + " " * self.chance.choice([2, 2, 4])
        if isinstance(value, str):
            return self._string(start, value, deeper)
        if not isinstance(value, dict | list) or not value:
            return [f"{start} {json.dumps(value)}{self._comment()}"]
        name = json.dumps(value, sort_keys=True)
        if name in self.anchors and self._often(0.7):
            return [f"{start} *{self.anchors[name]}{self._comment()}"]
        if name not in self.anchors and self._often(0.5):
            self.anchors[name] = f"a{len(self.anchors)}"
            start = f"{start} &{self.anchors[name]}"
        if self._often(0.3):
            return [f"{start} {self._flow(value, deeper)}{self._comment()}"]
        if isinstance(value, dict):
            return [f"{start}{self._comment()}", *self._mapping(value, deeper)]
        return [
            f"{start}{self._comment()}",
            *(line for item in value for line in self._after(f"{deeper}-", item, deeper)),
        ]

    def _flow(self, value: Any, indent: str) -> str:
        gap = self.chance.choice([" ", "", f"\n{indent}"])
        if isinstance(value, dict):
            entries = [f"{gap}{key}: {self._flow(below, indent)}" for key, below in value.items()]
            self.chance.shuffle(entries)
            return f"{{{','.join(entries)}{gap}}}"
        if isinstance(value, list):
            return f"[{','.join(gap + self._flow(item, indent) for item in value)}{gap}]"
        if (
            isinstance(value, str)
            and PLAIN.fullmatch(value)
            and value.lower() not in WORDS
            and self._often(0.5)
        ):
            return value
        return json.dumps(value, ensure_ascii=self._often(0.5))

    def _string(self, start: str, value: str, indent: str) -> list[str]:
        ways = [json.dumps(value), json.dumps(value, ensure_ascii=False)]
        simple = PLAIN.fullmatch(value) and value.lower() not in WORDS
        if simple:
            ways += [value, value.replace(" ", f"\n{indent}") if "  " not in value else value]
        if "\n" not in value:
            quoted = "'" + value.replace("'", "''") + "'"
            broken = re.sub(r"(?<=\w) (?=\w)", f"\n{indent}", quoted) if self._often(0.5) else quoted
            ways += [quoted, broken]
        # A block that keeps all its line ends would take those that follow it for its own.
        fits = value.strip() and not value.startswith((" ", "\n")) and not value.endswith("\n\n")
        if fits and self._often(0.6):
            return self._block(start, value, indent)
        return [f"{start} {self.chance.choice(ways)}{self._comment()}"]

    def _block(self, start: str, value: str, indent: str) -> list[str]:
        body = value.removesuffix("\n")
        lines = body.split("\n")
        folded = len(lines) == 1 and self._often(0.5)
        if folded:
            lines = re.sub(r"(?<=\w) (?=\w)", "\n", body).split("\n")
        sign = f"{'>' if folded else '|'}{'-' if body == value else ''}"
        return [f"{start} {sign}{self._comment()}", *(f"{indent}{line}" if line else "" for line in lines)]

    def _comment(self) -> str:
        return self.chance.choice(["", "", "", "  # it's", " # {a: ["])
