"""Takes one CLI through all scenarios in one apply, and compares its records with the table, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.clis.seats import KEY
from tests.poll import until
from tests.scenarios.stage import LIMIT, SPEC, Scene, Stage
from tests.scenarios.table import SCENES, STOPPED, Cell


def played(stage: Stage, agent: str, scenes: Sequence[Scene] = SCENES, **head: Any) -> str:
    """Apply all scenes and stop `stopped` while its tool is at work; answers what was said."""
    stage.spec(agent, [STOPPED, *scenes], **{"max_workers": 4, **head})
    with stage.start("apply", "--yes") as apply:
        until(lambda: "→" in stage.transcript(STOPPED.name) or apply.poll() is not None, timeout=60)
        assert apply.poll() is None, apply.communicate()[0]
        code, said = stage.run("stop", f"{SPEC}/{STOPPED.name}")
        assert code == 0, said
        told, _ = apply.communicate(timeout=LIMIT)
    assert apply.returncode == 1, told
    return told


def differences(stage: Stage, table: Mapping[str, Cell]) -> list[str]:
    """Answer every cell that is not as expected, as `scene: what is there, what was expected`."""
    wrong = []
    for name, cell in table.items():
        record = stage.record(name)
        last = record["attempts"][-1]
        tokens = last["tokens"]
        found = {
            "status": record["status"],
            "code": last["exit_code"],
            "cost": last["cost_usd"],
            "tokens": (tokens["input"], tokens["output"]) if tokens else None,
            "attempts": len(record["attempts"]),
            "denials": len(last["denials"]),
            "files": {path: stage.file(record, path) for path in cell.files},
        }
        wanted = {key: getattr(cell, key) for key in found} | {"files": dict(cell.files)}
        wrong += [
            f"{name}: {key} is {found[key]!r}, not {wanted[key]!r}"
            for key in found
            if found[key] != wanted[key]
        ]
        for key, part in (("reason", cell.reason), ("summary", cell.said)):
            if (part not in record[key]) or (key == "reason" and bool(part) != bool(record[key])):
                wrong.append(f"{name}: {key} is {record[key]!r}, which should hold {part!r}")
    return wrong


def told_secret(stage: Stage, said: str) -> list[str]:
    """Answer where the key can be read: in files of the state folder, in results, in what was said."""
    places = [path for folder in (stage.state, stage.root / "results") for path in folder.rglob("*")]
    found = [str(path) for path in places if path.is_file() and KEY.encode() in path.read_bytes()]
    return [*found, *(["what was said"] if KEY in said else [])]
