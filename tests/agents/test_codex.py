"""Codex's command line, and the endpoint that a spec's environment names."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from specrun.agents.codex import ANSWER, DECLARATION, Codex
from specrun.core.agent import Mode, Permissions, Price
from specrun.core.briefing import answer_schema
from specrun.core.contract import Contract
from specrun.ports import Launch
from tests.agents.feed import fed
from tests.core.make import task

LAUNCH = Launch(prompt=Path("/state/prompt.md"), home=Path("/state/home"), session="id-1")
ANSWERS = ("I will look.", '{"n": 1}', '{"n": 2}')
URL = "http://127.0.0.1:1/v1"


def test_the_whole_command_line() -> None:
    command = Codex(DECLARATION).command(task("a", model="gpt-5.5"), replace(LAUNCH, resuming=True))
    assert command.argv == (
        *("codex", "exec", "--json", "--skip-git-repo-check", "-c", 'approval_policy="never"'),
        *("--add-dir", "/state/inbox"),
        *("-s", "workspace-write", "--add-dir", ".git", "-c", "sandbox_workspace_write.network_access=true"),
        *("-m", "gpt-5.5", "resume", "id-1", "-"),
    )
    assert command.env == {"CODEX_HOME": "/state/home"}
    features = tomllib.loads(command.files["config.toml"])["features"]
    assert [features["plugins"], features["shell_snapshot"]] == [False, False]
    assert (Codex(DECLARATION).traits.price, Codex(DECLARATION).traits.turns) == (Price.UNKNOWN, False)


@pytest.mark.parametrize("mode", Mode)
def test_its_sandbox_is_opened_for_what_is_left_where_it_lets_anything_be_written(mode: Mode) -> None:
    argv = Codex(DECLARATION).command(task("a", permissions=Permissions(mode=mode)), LAUNCH).argv
    assert ("/state/inbox" in argv) is (mode is Mode.EDIT)


@pytest.mark.parametrize("inherit", [False, True], ids=["own", "inherited"])
def test_the_answer_that_is_wanted_is_told_in_a_file(*, inherit: bool) -> None:
    codex = Codex(DECLARATION)
    assert (codex.traits.structured, codex.traits.strict) == (True, True)
    contract = Contract(outputs={"type": "array"})
    command = codex.command(task("a", contract=contract, inherit_config=inherit), LAUNCH)
    assert command.argv[command.argv.index("--output-schema") + 1] == f"/state/home/{ANSWER}"
    assert json.loads(command.files[ANSWER]) == answer_schema(contract, codex.traits)
    assert ("config.toml" in command.files) is not inherit
    plain = codex.command(task("a", contract=Contract(touches=("src",))), LAUNCH)
    assert ANSWER not in plain.files
    assert "--output-schema" not in plain.argv


def test_the_last_message_is_the_answer() -> None:
    said = [{"type": "item.completed", "item": {"type": "agent_message", "text": text}} for text in ANSWERS]
    assert fed("codex", *said)[0]["structured"] == {"n": 2}
    assert fed("codex", *reversed(said))[0]["structured"] is None


@pytest.mark.parametrize(
    ("secrets", "key"),
    [((), "OPENAI_API_KEY"), (("OPENAI_API_KEY",), "OPENAI_API_KEY"), (("CODEX_API_KEY",), "CODEX_API_KEY")],
)
def test_another_endpoint_becomes_a_provider(secrets: tuple[str, ...], key: str) -> None:
    one = task("a", env={"OPENAI_BASE_URL": URL}, secrets=secrets)
    argv = Codex(DECLARATION).command(one, LAUNCH).argv
    told = [argv[at + 1] for at, word in enumerate(argv) if word == "-c"]
    config = tomllib.loads("\n".join(told))
    provider = config["model_providers"][config["model_provider"]]
    assert (provider["base_url"], provider["env_key"], provider["wire_api"]) == (URL, key, "responses")


def test_what_a_cache_gave_is_not_counted_as_sent() -> None:
    usage = {"input_tokens": 1700, "cached_input_tokens": 700, "output_tokens": 50}
    state, _ = fed("codex", {"type": "turn.completed", "usage": usage})
    assert state["tokens"] == {"input": 1000, "output": 50, "cache_read": 700}


def test_a_lost_connection_is_told_but_not_final() -> None:
    lost = {"type": "error", "message": "Reconnecting... 1/5 (unexpected status 503 Busy)"}
    state, shown = fed("codex", lost)
    assert (state["success"], state["error"]["status"]) == (None, 503)
    assert shown == ["! Reconnecting... 1/5 (unexpected status 503 Busy)"]
    assert fed("codex", lost, {"type": "turn.completed", "usage": {}})[0]["error"] is None


def test_what_is_declined_is_a_denial() -> None:
    item = {"id": "i", "type": "command_execution", "command": "rm x", "status": "declined"}
    assert fed("codex", {"type": "item.completed", "item": item})[0]["denials"] == ["rm x"]


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ("unexpected status 401 Unauthorized: bad key, url: http://127.0.0.1:1/v1/responses", "bad key"),
        ("unexpected status 503: a: b", "a: b"),
        ("stream closed", "stream closed"),
    ],
)
def test_a_failure_is_told_in_the_words_of_the_service(told: str, message: str) -> None:
    state, _ = fed("codex", {"type": "turn.failed", "error": {"message": told}})
    assert state["error"]["message"] == message
