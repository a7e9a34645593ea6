"""What editors are told of specs is complete, and right: they mark what specrun refuses, and nothing else."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specrun.agents import AGENTS
from specrun.errors import InvalidSpec
from specrun.spec import shape
from specrun.spec.impacts import IMPACTS, kind_named
from specrun.spec.parse import parse
from specrun.spec.published import SCHEMAS, json_schema
from specrun.spec.text import MAX_BYTES, read_text
from tests.spec.corpus import BAD, BAD_SETTINGS, loaded, make_repo, write
from tests.spec.every_field import SAMPLE, VALUES, with_value
from tests.spec.marking import checker, marks, read

CHECKS = {name: checker(name) for name in SCHEMAS}
FREE = frozenset(
    {"agent", "executor", "domain", "title", "description", "prompt", "keywords", "labels", "rerun"}
    | {"env", "config", "read", "edit", "full"}
)
"""Keys whose texts may be anything, or are names that other places give."""
BEYOND = re.compile(
    r"E1(?!01)|E3|E40[023478]"  # YAML itself, prompts, and what lies in the repo
    r"|E205|E209|E215|E217"  # names that other places give, and what agents can do
    r"|E203|E214|E216|E218"  # what does not go together, regular expressions, other schemas
)
"""Codes of problems that no JSON Schema could tell, or not without a riddle for a message."""
UNMARKED = {
    "template-outside.yaml:7:15",
    "no-agent.yaml:4:3",
    "when.yaml:12:25",
    "agents-halves.yaml:8:31",
    "agents-halves.yaml:9:3",
    "meter.yaml:13:11",
    "meter-conditions.yaml:8:20",
    "meter-amounts.yaml:13:18",
    "meter-amounts.yaml:13:50",
    "durations-without-unit.yaml:7:28",
    "env-names.yaml:4:14",
    "env-names.yaml:5:11",
    "agents.yaml:7:74",
}
"""Problems of other kinds that editors leave to `specrun validate`."""


SAID = frozenset({"oneOf", "dependentSchemas", "examples", "default", "enum"})
"""Words of JSON Schema that describe nothing: conditions and values."""


def schemas(schema: Any, key: str = "") -> Iterator[tuple[str, bool, dict[str, Any]]]:
    """Answer all that is described: the key that it is about, whether it is the key's own, the schema."""
    if isinstance(schema, list):
        for below in schema:
            yield from schemas(below, key)
    if isinstance(schema, dict):
        yield key, False, schema
        for word, below in schema.items():
            if word == "properties":
                yield from ((name, True, inside) for name, inside in below.items())
                for name, inside in below.items():
                    yield from schemas(inside, name)
            elif word not in SAID:
                yield from schemas(below, key)


def keys(schema: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from ((key, below) for key, own, below in schemas(schema) if own)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_key_has_words_and_an_example_that_fits(name: str) -> None:
    checks, definitions = CHECKS[name], json_schema(name)["$defs"]
    found = [*keys(checks.schema)]
    assert len(found) > 70
    for key, schema in found:
        assert re.fullmatch(r"[A-Za-z`!].*\.", schema.get("description", "")), key
        assert schema.get("examples"), key
        said = [*schema["examples"], *([schema["default"]] if "default" in schema else [])]
        alone = checks.evolve(schema={**schema, "$defs": definitions})
        assert [(key, one) for one in said if not alone.is_valid(one)] == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_text_that_is_not_free_says_what_it_may_be(name: str) -> None:
    loose = {
        key
        for key, _, schema in schemas(CHECKS[name].schema)
        if schema.get("type") == "string"
        if not schema.keys() & {"pattern", "enum", "format", "const", "minLength"}
    }
    assert loose <= FREE


@pytest.mark.parametrize("name", SCHEMAS)
def test_things_are_called_what_they_are_called_in_files(name: str) -> None:
    schema = json_schema(name)
    assert all(below["title"] == key for key, below in keys(schema))
    definitions: Any = schema["$defs"]
    assert all(below["title"] == kind_named(kind) for kind, below in definitions.items())


@pytest.mark.parametrize("name", SCHEMAS)
def test_nothing_is_called_a_default_that_is_none(name: str) -> None:
    assert [key for key, below in keys(json_schema(name)) if below.get("default", ...) is None] == []


def test_agents_that_specrun_knows_are_offered() -> None:
    properties: Any = json_schema("spec")["properties"]
    assert properties["agent"]["examples"] == sorted(AGENTS)


def levels() -> list[tuple[str, Any]]:
    """Answer the keys of a task and of a spec with the value that holds where nobody says one."""
    schema: Any = json_schema("spec")
    task = schema["$defs"]["TaskDoc"]["properties"]
    mode = schema["$defs"]["PermissionsDoc"]["properties"]["mode"]["default"]
    return [
        *((key, below["default"]) for key, below in task.items() if "default" in below),
        ("permissions", {"mode": mode}),
    ]


@pytest.mark.parametrize(("key", "value"), levels())
def test_a_default_is_what_holds_without_it(tmp_path: Path, key: str, value: Any) -> None:
    spec: dict[str, Any] = {"version": 1, "name": "demo", "agent": "shell", "tasks": {"t": {"prompt": "x"}}}
    root = write(make_repo(tmp_path), json.dumps(spec))
    without = loaded(root).desired
    spec["tasks"]["t"] = {key: value, "prompt": "x"}
    write(root, json.dumps(spec))
    assert [*loaded(root).desired.tasks.values()] == [*without.tasks.values()]


def test_the_default_of_a_spec_holds_without_it(tmp_path: Path) -> None:
    properties: Any = json_schema("spec")["properties"]
    spec = {"version": 1, "name": "demo", "agent": "shell", "tasks": {"t": {"prompt": "x"}}}
    said = {**spec, "max_workers": properties["max_workers"]["default"]}
    root = write(make_repo(tmp_path), json.dumps(spec))
    found = [loaded(root).desired.specs, loaded(write(root, json.dumps(said))).desired.specs]
    assert found[0] == found[1]


BROKEN = [(path, "spec") for path in sorted(BAD.glob("*.yaml"))]
BROKEN += [(path, "settings") for path in sorted(BAD_SETTINGS.glob("*.yaml"))]
EXPECTED = re.compile(r"[^:]+:(\d+):(\d+): error\[(E\d+)\]")


def test_editors_mark_what_specrun_refuses_at_the_same_place() -> None:
    unmarked, told = set(), 0
    for path, name in BROKEN:
        node = read(path.read_bytes())
        found = marks(node, CHECKS[name]) if node is not None else None
        for row in path.with_suffix(".err").read_text().splitlines():
            match = EXPECTED.match(row)
            if match is None or found is None or BEYOND.match(match[3]):
                continue
            told += 1
            if (int(match[1]), int(match[2])) not in found:
                unmarked.add(f"{path.name}:{match[1]}:{match[2]}")
    assert unmarked == UNMARKED
    assert told > 200


@pytest.mark.parametrize("field", sorted(IMPACTS))
def test_editors_mark_no_value_that_specrun_takes(field: str) -> None:
    for value in VALUES[field]:
        for name, document in with_value(field, value).items():
            assert [*CHECKS[name].iter_errors(document)] == []


JUNK: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1,
    3.5,
    "",
    " ",
    "x",
    "A b",
    "30m",
    "5 USD",
    "../x",
    "x-y",
    [],
    {},
    ["x"],
    {"x": 1},
    [[]],
)


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    entries: Any = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, below in entries:
        yield from paths(below, (*path, key))


PATHS = {name: sorted(paths(SAMPLE[name]), key=str) for name in SCHEMAS}


def mutated(name: str, path: tuple[str | int, ...], junk: Any, what: str) -> Any:
    """Answer the sample with one thing replaced, removed, or added beside it."""
    sample = copy.deepcopy(SAMPLE[name])
    here: Any = sample
    for step in path[:-1]:
        here = here[step]
    if what == "remove":
        del here[path[-1]]
    elif what == "add" and isinstance(here, dict):
        here[str(junk)] = junk
    else:
        here[path[-1]] = junk
    return sample


def shaped(name: str, document: Any) -> bool:
    """Whether the shape is right, before anybody looks at what it means."""
    text, _ = read_text("demo.yaml", json.dumps(document).encode(), MAX_BYTES)
    node, problems = parse(text)
    return node is not None and problems + shape.document(text, node, SCHEMAS[name][0])[1] == ()


def taken(root: Path, name: str, document: Any) -> bool:
    both = {**SAMPLE, name: document}
    write(root, json.dumps(both["spec"]))
    write(root, json.dumps(both["settings"]), "specrun.yaml")
    try:
        loaded(root)
    except InvalidSpec:
        return False
    return True


@pytest.mark.parametrize("name", SCHEMAS)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_editors_mark_a_slip_where_specrun_refuses_it_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(PATHS[name]))
    document = mutated(
        name, path, data.draw(st.sampled_from(JUNK)), data.draw(st.sampled_from(["replace", "remove", "add"]))
    )
    fits = CHECKS[name].is_valid(document)
    if shaped(name, document):
        assert fits or not taken(make_repo(tmp_path_factory.mktemp("repo")), name, document)
    else:
        assert not fits
