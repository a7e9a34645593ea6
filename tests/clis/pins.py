"""Which version of each coding CLI, and of each other program by npm, the tests drive, and where it lies."""

from __future__ import annotations

import importlib.util
import platform
import shutil
import subprocess
from functools import cache
from pathlib import Path

MODULES = Path(__file__).parents[2] / "build" / "clis" / "node_modules"
VERSIONS = {"claude": "2.1.329", "codex": "0.169.0", "gemini": "0.61.0", "opencode": "1.18.33"}
NAMES = tuple(VERSIONS)
EDITOR = "yaml-language-server"
"""What editors ask about YAML; it is no coding CLI."""
PROGRAMS = {**VERSIONS, EDITOR: "1.25.0"}
NODE = 20
"""The oldest node that runs what is written for node; the others are native programs."""

CODEX = {
    "Darwin arm64": "darwin-arm64",
    "Darwin x86_64": "darwin-x64",
    "Linux aarch64": "linux-arm64",
    "Linux x86_64": "linux-x64",
}
OPENCODE = {"Linux x86_64": "linux-x64-baseline"}


class Missing(Exception):
    """A program that this machine should have is not there; says how to get it."""


def version(name: str) -> str:
    """Answer the pinned version."""
    return PROGRAMS[name]


def lacking(name: str) -> str | None:
    """Answer why this machine cannot have the CLI at all; None where it must have it."""
    if name == "claude":
        return None
    if shutil.which("npm") is None:
        return f"{name} comes by npm, which is not installed"
    if name in {"gemini", EDITOR} and _node() < NODE:
        return f"{name} needs node {NODE}, this is {_node()}"
    builds = {"codex": CODEX, "opencode": OPENCODE}.get(name)
    if builds is not None and _machine() not in builds:
        return f"the lock has no {name} for {_machine()}"
    return None


def program(name: str) -> Path:
    """Answer the program itself, no wrapper around it; Missing when it is not there."""
    pattern, folder = _PLACES[name]()
    found = sorted(folder.glob(pattern)) if folder else []
    if not found:
        raise Missing(f"{name} {version(name)} is not at {folder}/{pattern}; `make check` installs it")
    return found[0]


Place = tuple[str, Path | None]


def _claude() -> Place:
    # Looking for the package does not import it.
    spec = importlib.util.find_spec("claude_agent_sdk")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    return "_bundled/claude", folder


def _codex() -> Place:
    return "vendor/*/bin/codex", MODULES / "@openai" / f"codex-{CODEX.get(_machine())}"


def _gemini() -> Place:
    return "bundle/gemini.js", MODULES / "@google" / "gemini-cli"


def _opencode() -> Place:
    return "bin/opencode", MODULES / f"opencode-{OPENCODE.get(_machine())}"


def _editor() -> Place:
    return f"bin/{EDITOR}", MODULES / EDITOR


_PLACES = {
    "claude": _claude,
    "codex": _codex,
    "gemini": _gemini,
    "opencode": _opencode,
    EDITOR: _editor,
}


def _machine() -> str:
    return f"{platform.system()} {platform.machine()}"


@cache
def _node() -> int:
    node = shutil.which("node")
    if node is None:
        return 0
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return int(said.strip().removeprefix("v").partition(".")[0])
