"""Seats a CLI at the stub: a home of its own, an environment made from nothing, nothing that calls home."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.clis.pins import program, version
from tests.stub.conversation import Json

KEY = "sk-ant-dummy-key-of-the-tests"
MODEL = "stub-model"
SYSTEM = "/usr/local/bin:/usr/bin:/bin"


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run ended: exit code (negative for a signal), the stream's events, and standard error."""

    code: int
    events: list[Json]
    errors: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A CLI ready to run: `home / "bin"` holds it under its own name and is first on the PATH of `env`."""

    name: str
    version: str
    home: Path
    env: Mapping[str, str]

    @property
    def program(self) -> Path:
        """What to start."""
        return self.home / "bin" / self.name

    def run(
        self, *args: str, prompt: str, cwd: Path, timeout: float = 90, env: Mapping[str, str] | None = None
    ) -> Ran:
        """Run to the end with the prompt on standard input; `env` is added to the seat's own.

        Past `timeout` seconds its process group is killed, and TimeoutExpired raised.
        """
        with subprocess.Popen(
            [self.program, *args],
            cwd=cwd,
            env={**self.env, **(env or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                said, errors = process.communicate(prompt, timeout)
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)
                raise
        events = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
        return Ran(process.returncode, events, errors)


def take_seat(name: str, home: Path, url: str) -> Seat:
    """Make a fresh home for the CLI, with the stub at `url`; Missing when there is no program."""
    for folder in (home / "bin", home / "tmp"):
        folder.mkdir(parents=True)
    (home / "bin" / name).symlink_to(program(name))
    node = shutil.which("node") if name == "gemini" else None
    path = [str(home / "bin"), *([str(Path(node).parent)] if node else []), SYSTEM]
    env = {
        "PATH": ":".join(path),
        "HOME": str(home),
        "TMPDIR": str(home / "tmp"),
        "LANG": "C.UTF-8",
        # What a run leaves behind is found by this, and fails its test.
        "SPECRUN_MARKER": f"{home}/",
    }
    return Seat(name=name, version=version(name), home=home, env={**env, **SETTLE[name](home, url)})


def _claude(home: Path, url: str) -> dict[str, str]:
    return {
        "ANTHROPIC_API_KEY": KEY,
        "ANTHROPIC_BASE_URL": url,
        "CLAUDE_CONFIG_DIR": str(home / ".claude"),
        "CLAUDE_CODE_DISABLE_BACKGROUND_TASKS": "1",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "CLAUDE_CODE_MAX_RETRIES": "0",
        "DISABLE_AUTOUPDATER": "1",
        "DISABLE_ERROR_REPORTING": "1",
        "DISABLE_TELEMETRY": "1",
        # Root may then skip permissions too.
        "IS_SANDBOX": "1",
    }


def _codex(home: Path, url: str) -> dict[str, str]:
    folder = home / ".codex"
    folder.mkdir()
    (folder / "config.toml").write_text(f"""\
model = "gpt-5.5"
model_provider = "stub"
approval_policy = "never"
sandbox_mode = "danger-full-access"
check_for_update_on_startup = false

[model_providers.stub]
name = "stub"
base_url = "{url}/v1"
env_key = "STUB_KEY"
wire_api = "responses"
request_max_retries = 1
stream_max_retries = 1

[features]
plugins = false
apps = false
daemon_auto_start = false

[analytics]
enabled = false
""")
    return {"CODEX_HOME": str(folder), "STUB_KEY": KEY}


def _gemini(home: Path, url: str) -> dict[str, str]:
    (home / ".gemini").mkdir()
    settings = {
        "general": {"enableAutoUpdate": False, "enableAutoUpdateNotification": False, "maxAttempts": 2},
        "privacy": {"usageStatisticsEnabled": False},
        "telemetry": {"enabled": False},
        "security": {"auth": {"selectedType": "gemini-api-key"}},
    }
    (home / ".gemini" / "settings.json").write_text(json.dumps(settings))
    return {"GEMINI_API_KEY": KEY, "GEMINI_CLI_NO_RELAUNCH": "1", "GOOGLE_GEMINI_BASE_URL": url}


def _opencode(_: Path, url: str) -> dict[str, str]:
    model = {
        "name": "Stub",
        "tool_call": True,
        "cost": {"input": 3, "output": 15, "cache_read": 0.3, "cache_write": 3.75},
        "limit": {"context": 200_000, "output": 8000},
    }
    provider = {
        "npm": "@ai-sdk/openai-compatible",
        "name": "Stub",
        "options": {"baseURL": f"{url}/v1", "apiKey": KEY},
        "models": {MODEL: model},
    }
    config = {
        "autoupdate": False,
        "share": "disabled",
        "model": f"stub/{MODEL}",
        "small_model": f"stub/{MODEL}",
        "enabled_providers": ["stub"],
        "permission": {"edit": "allow", "bash": "allow"},
        "provider": {"stub": provider},
    }
    return {
        "OPENCODE_CONFIG_CONTENT": json.dumps(config),
        "OPENCODE_DISABLE_AUTOUPDATE": "1",
        "OPENCODE_DISABLE_DEFAULT_PLUGINS": "1",
        "OPENCODE_DISABLE_LSP_DOWNLOAD": "1",
        "OPENCODE_DISABLE_MODELS_FETCH": "1",
        # Its first run in a fresh home asks a package registry in the background: nobody listens at port 9.
        "npm_config_registry": "http://127.0.0.1:9/",
    }


SETTLE: dict[str, Callable[[Path, str], dict[str, str]]] = {
    "claude": _claude,
    "codex": _codex,
    "gemini": _gemini,
    "opencode": _opencode,
}
