"""The JSON Schema of plans is fresh, and says what real plans look like."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema

from specrun.core.change import Action, Decision, Reason, ReasonCode
from specrun.core.choice import Choice
from specrun.core.drift import Drift
from specrun.core.project import Project
from specrun.core.safety import Unsafe
from specrun.core.task import Desired, TaskId
from specrun.core.world import Run
from specrun.report.plan_json import document
from specrun.report.plan_schema import json_schema, schema_text
from specrun.report.preview import Preview
from tests.report.previews import edited, estimated, estimates, preview
from tests.report.values import decision, desired, plan, run, task, world

COMMITTED = Path(__file__).parents[2] / "schema" / "plan.schema.json"


def every_decision() -> tuple[list[Decision], list[Run], Desired]:
    """Every action with every reason, over tasks that were edited."""
    tasks = {
        action: replace(task(f"demo/{action}", checks=["t"], budget="1.00"), labels=("x",))
        for action in Action
    }
    wanted = desired(*tasks.values())
    project = Project(kind="go", source="go.mod", commands={"test": "go test"})
    spec = replace(wanted.specs["demo"], projects=(project,))
    pairs = [edited(one, action, {"model": "opus", "upstream:x": "1"}) for action, one in tasks.items()]
    reasons = tuple(Reason(code, "x") for code in ReasonCode)
    decided = [replace(made, reasons=reasons, moved_from=TaskId("demo/old"), round=1) for made, _ in pairs]
    decided[0] = replace(
        decided[0], action=Action.HOLD, reasons=(Reason(ReasonCode.TEMPLATE_ERROR),), would=Action.RUN
    )
    gone = replace(decision("demo/z", Action.PRUNE), fingerprint=None)
    kept = [run_ for _, run_ in pairs]
    return [*decided, gone], [*kept, run("demo/z")], replace(wanted, specs={"demo": spec})


def everything() -> Preview:
    """A plan in which there is one of everything."""
    decided, kept, wanted = every_decision()
    unsafe = (Unsafe(code="emptied", told="x", tasks=("demo/run",)),)
    one = frozenset(made.task_id for made in decided)
    left_out = {Action.RUN: (TaskId("demo/q"),)}
    found = estimates(
        ("1", "2E+1"),
        tasks={TaskId("demo/run"): estimated("0.4"), TaskId("demo/move"): estimated(samples=0, basis="")},
        deferred_usd=Decimal("0.3"),
        seconds=(1.0, 2.0),
    )
    return preview(
        wanted,
        replace(plan(*decided), unsafe=unsafe),
        world(*kept),
        lines={"model": 4},
        estimates=found,
        drift=(Drift(code="spec_gone", task_id="old", told="gone"),),
        digests={"specs/demo.yaml": "ab" * 32},
        choice=Choice(words=("--failed",), of=99, selected=one, only=one, left_out=left_out),
    )


def unnamed(schema: Any, value: Any, place: str = "$") -> Iterator[str]:
    """Find keys that a value has and the schema does not describe."""
    for one in [schema, *schema.get("anyOf", ())]:
        if isinstance(value, list):
            for below in value if "items" in one else ():
                yield from unnamed(one["items"], below, f"{place}[]")
        elif isinstance(value, dict) and one.get("type") == "object":
            known, others = one.get("properties", {}), one.get("additionalProperties")
            yield from (f"{place}.{key}" for key in value if key not in known and others is None)
            for key, below in value.items():
                yield from unnamed(known.get(key, others or {}), below, f"{place}.{key}")


def test_the_committed_schema_is_fresh() -> None:
    """Mend with `specrun schema plan > schema/plan.schema.json`."""
    assert COMMITTED.read_text(encoding="utf-8") == schema_text()


def test_a_plan_with_one_of_everything_is_as_the_schema_says() -> None:
    told = json.loads(json.dumps(document(everything())))
    assert {one["action"] for one in told["changes"]} == {str(action) for action in Action} - {"run"}
    jsonschema.Draft202012Validator.check_schema(json_schema())
    checker = jsonschema.Draft202012Validator(json_schema())
    assert [f"{error.json_path}: {error.message}" for error in checker.iter_errors(told)] == []
    assert [*unnamed(json_schema(), told)] == []


def test_a_plan_of_nothing_is_as_the_schema_says_and_others_are_not() -> None:
    checker = jsonschema.Draft202012Validator(json_schema())
    told = document(preview(desired(), plan()))
    assert checker.is_valid(told)
    assert not checker.is_valid({**told, "format_version": 2})
    assert not checker.is_valid({key: value for key, value in told.items() if key != "changes"})
    broken = {**told, "estimate": {**dict(told["estimate"]), "usd_low": 1}}  # type: ignore[arg-type]
    assert not checker.is_valid(broken)
