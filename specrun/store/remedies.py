"""Says which command puts a missing program onto this machine, for people to paste; runs none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping

MANAGERS: Mapping[str, str] = {
    "apt-get": "apt-get install -y",
    "dnf": "dnf install -y",
    "pacman": "pacman -S --needed",
    "apk": "apk add",
    "zypper": "zypper install -y",
    "brew": "brew install",
}
"""How each package manager installs, in the order in which they are looked for."""
_BY_ITSELF = "brew"
"""The one that wants no root."""

_SYSTEM: Mapping[str, Mapping[str, str]] = {
    "git": {},
    "tmux": {},
    "make": {},
    "npm": {"brew": "node", "zypper": "npm-default"},
    "node": {"apt-get": "nodejs", "dnf": "nodejs", "pacman": "nodejs", "apk": "nodejs", "zypper": "nodejs"},
    "python3": {"pacman": "python", "brew": "python"},
    "python": {"apt-get": "python-is-python3", "dnf": "python-unversioned-command", "apk": "python3"},
    "cargo": {"pacman": "rust", "brew": "rust"},
    "go": {"apt-get": "golang-go", "dnf": "golang"},
    "mvn": {"apt-get": "maven", "dnf": "maven", "pacman": "maven", "apk": "maven", "zypper": "maven"}
    | {"brew": "maven"},
    "gradle": {},
    "dotnet": {
        "apt-get": "dotnet-sdk-8.0",
        "dnf": "dotnet-sdk-8.0",
        "pacman": "dotnet-sdk",
        "apk": "dotnet8-sdk",
    },
}
"""Programs that a package manager has, with the package where that is not called as they are."""
_NPM: Mapping[str, str] = {
    "claude": "@anthropic-ai/claude-code",
    "opencode": "opencode-ai",
    "codex": "@openai/codex",
    "gemini": "@google/gemini-cli",
    "eslint": "eslint",
    "pnpm": "pnpm",
    "yarn": "yarn",
}
"""Programs that npm has, with their packages."""
_PIP = frozenset({"black", "flake8", "mypy", "nox", "pylint", "pytest", "ruff", "tox"})
"""Programs that pip has under their own names."""


def remedy(program: str, path: str) -> tuple[str, ...]:
    """Answer the commands that install a program, with what is found on `path`; none where nobody knows."""
    if program in _NPM:
        before = () if shutil.which("npm", path=path) else _installed("npm", path)
        return (*before, f"npm install -g {_NPM[program]}")
    if program in _PIP:
        return (f"python3 -m pip install {program}",)
    return _installed(program, path) if program in _SYSTEM else ()


def _installed(program: str, path: str) -> tuple[str, ...]:
    name = next((one for one in MANAGERS if shutil.which(one, path=path)), None)
    if name is None:
        return ()
    package = _SYSTEM[program].get(name, program)
    rights = "" if name == _BY_ITSELF or os.geteuid() == 0 else "sudo "
    return (f"{rights}{MANAGERS[name]} {package}",)
