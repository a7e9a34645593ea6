"""What a meter told, as a value: known, unknown, or nonsense."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from specrun.core.task import Json
from specrun.ports import Metered
from specrun.store.documents import Document
from specrun.store.metering import metered, replayed, running, tokens_of
from specrun.system.meter import STRUCTURED_LIMIT

STATE: dict[str, Json] = {
    "cost_usd": "0.015",
    "tokens": {"input": 10, "output": 2},
    "turns": 3,
    "session_id": "abc",
    "model": "m-1",
    "result": "done",
    "success": False,
    "error": {"message": "slow\ndown", "status": 429, "retryable": True},
    "denials": ["Bash: rm -rf x"],
    "structured": {"verdict": "approved", "n": [1, None]},
}
VALUE = Metered(
    cost_usd=Decimal("0.015"),
    tokens={"input": 10, "output": 2},
    turns=3,
    session_id="abc",
    model="m-1",
    result="done",
    success=False,
    error="slow",
    error_status=429,
    retryable=True,
    denials=("Bash: rm -rf x",),
    structured={"verdict": "approved", "n": [1, None]},
)
METER = {
    "format": "jsonl",
    "events": [
        {"match": {"type": "end"}, "cost": {"session": "usd"}, "success": True, "structured": "answer"}
    ],
}


def test_everything_known_is_read() -> None:
    assert metered(STATE) == VALUE


def test_nothing_known_is_unknown_and_not_nothing() -> None:
    assert metered({}) == Metered()
    assert metered(dict.fromkeys(STATE)) == Metered()


@pytest.mark.parametrize("cost", ["NaN", "-1", "Infinity", "much", 1.5, True, [], "1e999999999999"])
def test_odd_money_is_unknown(cost: Json) -> None:
    assert metered({"cost_usd": cost}).cost_usd is None


@pytest.mark.parametrize(
    "value", [None, [], "x", {"input": "many"}, {"input": True}, {"input": -1}, {"other": 1}]
)
def test_odd_tokens_are_unknown(value: Json) -> None:
    assert tokens_of(value) is None


def test_odd_words_are_unknown_and_lines_are_harmless() -> None:
    assert metered({"turns": True, "session_id": 5, "model": "", "error": "x", "denials": "y"}) == Metered()
    told = metered({"session_id": "a\x1b[31mb\nc", "denials": ["x\x00y", 5]})
    assert (told.session_id, told.denials) == ("ab", ("xy",))


@pytest.mark.parametrize(
    "answer", ["x" * STRUCTURED_LIMIT, float("inf"), [float("nan")], json.loads("[" * 66 + "]" * 66)]
)
def test_odd_answers_are_none(answer: Json) -> None:
    assert metered({"structured": answer}).structured is None


def test_an_answer_is_made_sound() -> None:
    assert metered({"structured": {"a\ud800": "\udfff"}}).structured == {"a\ufffd": "\ufffd"}
    assert metered({"structured": False}).structured is False


def test_what_a_running_attempt_has_used(tmp_path: Path) -> None:
    assert running(tmp_path) is None
    (tmp_path / "meter.json").write_text("[]")
    assert running(tmp_path) is None
    (tmp_path / "meter.json").write_text('{"cost')
    assert running(tmp_path) is None
    (tmp_path / "meter.json").write_text(json.dumps(STATE))
    assert running(tmp_path) == VALUE


def intent(folder: Path, **content: object) -> Document:
    (folder / "intent.json").write_text(json.dumps(content))
    return Document(folder / "intent.json", "")


def test_the_log_is_read_again_where_nobody_wrote_an_end(tmp_path: Path) -> None:
    told = intent(tmp_path, meter=METER, earlier={"cost": "1.00"})
    assert replayed(told, tmp_path) is None
    (tmp_path / "output.log").write_bytes(
        b'noise\xff\r\n{"type": "end", "usd": 1.25, "answer": {"n": 1}}\n{"type": "end", "usd"'
    )
    found = replayed(told, tmp_path)
    assert found is not None
    assert (found.cost_usd, found.success, found.structured) == (Decimal("0.25"), True, {"n": 1})


def test_plain_output_has_no_meter(tmp_path: Path) -> None:
    (tmp_path / "output.log").write_text("hello\n")
    assert replayed(intent(tmp_path, meter=None), tmp_path) is None


def test_a_result_is_kept_without_what_does_more_than_to_be_read() -> None:
    told = metered({**STATE, "result": "\x1b[2Jdone\u202e\nand more"})
    assert told.result == "done\nand more"
