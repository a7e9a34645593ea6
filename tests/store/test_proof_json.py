"""Tests the files that say what an attempt has to show, and how its checks are run."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest

from specrun.errors import EnvironmentProblem
from specrun.ports import ProofOrder
from specrun.store.documents import Document
from specrun.store.layout import Layout
from specrun.store.proof_json import proof_from, proof_json, run_json
from tests.store.ordering import PRINT, check_order, proof

LAYOUT = Layout(home=Path("/h"), digest="0" * 8)


def read(tmp_path: Path, value: object) -> ProofOrder:
    (tmp_path / "proof.json").write_text(json.dumps(value))
    return proof_from(Document(tmp_path / "proof.json", "mend it"))


@pytest.mark.parametrize("made", [proof(), ProofOrder(commit=None, cwd=Path(), fingerprint=PRINT, checks=())])
def test_a_proof_comes_back(tmp_path: Path, made: ProofOrder) -> None:
    assert read(tmp_path, proof_json(made, "k")) == made


def test_no_part_of_a_proof_is_forgotten() -> None:
    parts = {field.name for field in fields(ProofOrder)}

    assert parts == set(proof_json(proof(), "k")) - {"format", "key"}
    assert all(getattr(proof(), name) for name in parts), "a part that is empty proves nothing above"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("commit", 7, "commit is 7 where a string"),
        ("cwd", None, "cwd is null where a string"),
        ("fingerprint", {}, "fingerprint is not an object with work"),
        ("checks", {}, r"checks is \{\} where a list of objects"),
        ("protected_changed", None, "protected_changed is null where a list of strings"),
        ("discarded", "x", 'discarded is "x" where a list of strings'),
    ],
)
def test_an_odd_proof_is_named(tmp_path: Path, name: str, value: object, said: str) -> None:
    with pytest.raises(EnvironmentProblem, match=rf"proof\.json: {said}"):
        read(tmp_path, proof_json(proof(), "k") | {name: value})


def test_the_shim_finds_everything_in_the_order_of_a_check() -> None:
    env = {"PATH": "/bin", "SPECRUN_OUTPUT": "/o", "SPECRUN_VERDICT": "/v", "SPECRUN_TASK": "api"}

    order = run_json(check_order(2, 1, env=env, cwd=Path("/tree/api")), LAYOUT, "mark", "before")

    directory = "/h/attempts/auth/api/1/checks/2"
    assert order["argv"] == ["sh", "-e", f"{directory}/prompt.md"]
    assert order["cwd"] == "/tree/api"
    assert order["env"] == {"PATH": "/bin", "SPECRUN_TASK": "api", "SPECRUN_MARKER": "mark"}
    assert order["limits"] == {"timeout": 60, "idle_timeout": 30, "log_bytes": 1000, "grace": 10.0}
    assert (order["secrets"], order["stdin"], order["meter"], order["marker"]) == ([], None, None, "mark")
    assert order["done"] == "/h/done/auth.api.1.c2"
    assert (order["number"], order["check"], order["index"], order["name"]) == (1, 2, 1, "lint")
    assert (order["before"], order["executor"], order["created_at"]) == ("before", "process", 2000.5)
