"""Good specs mean something, bad ones are explained, and nothing else ever happens."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specrun.core.agent import Adjustment, Declaration
from specrun.core.contract import Check, Contract, Judge, Rewind
from specrun.errors import InvalidSpec, Problem, Where
from specrun.spec import parse
from specrun.spec.load import Loaded
from tests.spec.corpus import BAD, BAD_SETTINGS, lines, loaded, make_repo, problems, write

CASES = sorted(path.stem for path in BAD.glob("*.yaml"))
GOOD = """\
version: 1
name: demo
description: Everything in one
agent: shell
max_workers: 2
env: {A: "1"}
vars: {service: accounts, list: [1, 2]}
domains:
  db: {max_workers: 1}
tasks:
  schema: {domain: db, prompt: "make {{ vars.service }}", priority: 2}
  api:
    depends_on: [schema]
    retry: {limit: 2, on: [error, timeout], delay: 10s}
    prompt: "use {{ tasks.schema.output }}"
    timeout: 30m
"""
SLOW = settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def expected(case: str, folder: Path = BAD) -> list[str]:
    return (folder / f"{case}.err").read_text(encoding="utf-8").splitlines()


def test_the_corpus_is_large() -> None:
    assert len(CASES) >= 35
    assert sorted(path.stem for path in BAD.glob("*.err")) == CASES


@pytest.mark.parametrize("case", CASES)
def test_each_broken_spec_gives_exactly_its_message(tmp_path: Path, case: str) -> None:
    root = write(make_repo(tmp_path), (BAD / f"{case}.yaml").read_bytes(), f"specs/{case}.yaml")
    assert lines(root) == expected(case)


@pytest.mark.parametrize("case", [case for case in CASES if "bomb" not in case])
def test_the_messages_need_no_c_parser(tmp_path: Path, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "_c_parser", lambda _text: None)
    root = write(make_repo(tmp_path), (BAD / f"{case}.yaml").read_bytes(), f"specs/{case}.yaml")
    assert lines(root) == expected(case)


def test_all_broken_specs_are_reported_in_one_run(tmp_path: Path) -> None:
    root = make_repo(tmp_path)
    for case in CASES:
        write(root, (BAD / f"{case}.yaml").read_bytes(), f"specs/{case}.yaml")
    said = lines(root)
    assert sorted(said) == sorted(line for case in CASES for line in expected(case))
    assert [each.where.file for each in problems(root)] == sorted(each.where.file for each in problems(root))


@pytest.mark.parametrize("case", sorted(path.stem for path in BAD_SETTINGS.glob("*.yaml")))
def test_broken_settings_give_exactly_their_messages(tmp_path: Path, case: str) -> None:
    settings = (BAD_SETTINGS / f"{case}.yaml").read_bytes()
    root = write(make_repo(tmp_path), settings, "specrun.yaml")
    agent = "" if b"\nagent:" in settings else "agent: claude\n"
    write(root, f"version: 1\nname: demo\n{agent}tasks:\n  a: {{prompt: hi}}\n")
    assert lines(root) == expected(case, BAD_SETTINGS)


def test_a_good_spec(tmp_path: Path) -> None:
    found = loaded(write(make_repo(tmp_path), GOOD))
    assert list(found.desired.tasks) == ["demo/api", "demo/schema"]
    spec = found.desired.specs["demo"]
    assert (spec.path, spec.max_workers, spec.domain_workers) == ("specs/demo.yaml", 2, {"db": 1})
    assert [task.prompt for task in found.desired.tasks.values()] == [None, "make accounts"]
    assert [task.where for task in found.desired.tasks.values()] == [
        Where("specs/demo.yaml", 12, 3),
        Where("specs/demo.yaml", 11, 3),
    ]
    assert found.files == ("specs/demo.yaml",)


def test_settings_hold_for_all_specs(tmp_path: Path) -> None:
    root = write(make_repo(tmp_path), GOOD.replace("agent: shell\n", ""))
    write(root, "version: 1\nname: other\ntasks:\n  a: {template: prompts/good.md.j2}\n", "specs/other.yml")
    write(root, "version: 1\nagent: claude\nmax_workers: 7\n", "specrun.yaml")
    found = loaded(root)
    assert {task.agent for task in found.desired.tasks.values()} == {"claude"}
    assert [spec.max_workers for spec in found.desired.specs.values()] == [2, 7]
    assert found.files == ("specrun.yaml", "specs/demo.yaml", "specs/other.yml", "prompts/good.md.j2")


AIDER = """\
version: 1
agent: aider
models: {default: sonnet, rules: [{match: [design], model: opus}]}
agents:
  claude: {env: {NO_COLOR: "1"}}
  aider:
    argv: [aider, --message-file, "{prompt}"]
    prompt: file
    success: exit_code
    model_flag: --model
    permissions: {edit: [--yes]}
    meter: {format: text, events: [{match: {line: {like: "(?P<usd>[0-9.]+)"}}, cost: {total: usd}}]}
"""


def test_agents_are_declared_and_adjusted_in_the_settings(tmp_path: Path) -> None:
    root = write(make_repo(tmp_path), GOOD.replace("agent: shell\n", "budget: {limit: 5 USD}\n"))
    found = loaded(write(root, AIDER, "specrun.yaml"))
    assert {task.agent for task in found.desired.tasks.values()} == {"aider"}
    assert {task.model for task in found.desired.tasks.values()} == {"sonnet"}
    assert found.agents["claude"] == Adjustment(env={"NO_COLOR": "1"})
    aider = found.agents["aider"]
    assert isinstance(aider, Declaration)
    assert (aider.argv, aider.cleanup) == (("aider", "--message-file", "{prompt}"), 3.0)


def test_a_declared_agent_is_held_to_what_it_can_do(tmp_path: Path) -> None:
    root = write(make_repo(tmp_path), GOOD.replace("agent: shell\n", "permissions: {mode: full}\n"))
    (problem, *_) = problems(write(root, AIDER, "specrun.yaml"))
    assert (problem.code, str(problem.where)) == ("E215", "specs/demo.yaml:4:21")


def test_a_broken_declaration_does_not_make_its_name_unknown(tmp_path: Path) -> None:
    root = write(make_repo(tmp_path), GOOD.replace("agent: shell", "agent: aider"))
    write(root, AIDER.replace("argv:", "agrv:"), "specrun.yaml")
    assert [each.code for each in problems(root)] == ["E200"]


def test_a_prompt_with_values_of_later_is_routed_by_its_source(tmp_path: Path) -> None:
    models = "models: {rules: [{match: [output], model: a}, {match: [accounts], model: b}]}\n"
    root = write(make_repo(tmp_path), GOOD.replace("agent: shell\n", "agent: claude\n" + models))
    assert {name: task.model for name, task in loaded(root).desired.tasks.items()} == {
        "demo/api": "a",
        "demo/schema": "b",
    }


PROOF = """\
version: 1
name: demo
agent: claude
checks: [test]
domains: {db: {checks: [web/test, {name: types, run: mypy ., path: web/}], protect: [golden]}}
tasks:
  api: {prompt: x, touches: ["src/**"], outputs: {type: object}}
  schema: {prompt: x, domain: db}
  free: {prompt: x, checks: [], protect: []}
  review:
    depends_on: [api]
    judge: {pass: [approved], fail: [rejected], rewind: {to: api, limit: 2}}
    prompt: Review {{ tasks.api.branch }}.
"""


def test_what_work_has_to_show(tmp_path: Path) -> None:
    root = write(make_repo(tmp_path), PROOF)
    write(root, "", "pyproject.toml")
    write(root, '{"scripts": {"test": "x"}}', "web/package.json")
    write(root, "version: 1\nproject: {test: pytest -q, paths: {web: }}\nprotect: [ci]\n", "specrun.yaml")
    desired = loaded(root).desired
    web = Check(name="web/test", run="npm test", path="web")
    contracts = {str(name): task.contract for name, task in desired.tasks.items()}
    assert contracts["demo/api"] == Contract(
        checks=(Check(name="test", run="pytest -q"), web),
        protect=("ci",),
        kinds=(("", "python"), ("web", "node")),
        touches=("src/**",),
        outputs={"type": "object"},
    )
    assert contracts["demo/schema"].checks == (web, Check(name="types", run="mypy .", path="web"))
    assert contracts["demo/schema"].protect == ("golden",)
    assert (contracts["demo/free"].checks, contracts["demo/free"].protect) == ((), ())
    assert contracts["demo/review"].judge == Judge(
        passing=("approved",), failing=("rejected",), rewind=Rewind(to="api", limit=2)
    )
    assert [(one.path, one.kind, one.source) for one in desired.specs["demo"].projects] == [
        ("", "python", "pyproject.toml"),
        ("web", "node", "web/package.json"),
    ]


def test_projects_are_told_although_nothing_is_checked(tmp_path: Path) -> None:
    root = write(write(make_repo(tmp_path), GOOD), "test:\n\ttrue\n", "Makefile")
    (project,) = loaded(root).desired.specs["demo"].projects
    assert (project.kind, project.commands) == ("make", {"test": "make test"})
    assert all(not task.contract.checks for task in loaded(root).desired.tasks.values())


def test_names_of_checks_are_not_judged_beside_settings_that_nobody_can_read(tmp_path: Path) -> None:
    root = write(write(make_repo(tmp_path), PROOF), "project: [", "specrun.yaml")
    assert [each.where.file for each in problems(root)] == ["specrun.yaml"]


def test_only_named_specs_are_read(tmp_path: Path) -> None:
    root = write(make_repo(tmp_path), GOOD)
    write(root, "broken: [", "specs/broken.yaml")
    assert list(loaded(root, "demo").desired.specs) == ["demo"]


def test_one_name_for_one_spec(tmp_path: Path) -> None:
    root = write(make_repo(tmp_path), GOOD)
    write(root, GOOD, "specs/other.yaml")
    what = 'spec name "demo" is also used at specs/demo.yaml:2:7'
    assert lines(root) == [f"specs/other.yaml:2:7: error[E208]: {what}; fix: rename one of them"]


def test_broken_settings_are_told_with_the_specs(tmp_path: Path) -> None:
    root = write(make_repo(tmp_path), GOOD.replace("agent: shell", "agnt: shell"))
    write(root, "version: 1\ntasks: {}\nagent: shell\n", "specrun.yaml")
    assert [line.split("]")[0] for line in lines(root)] == [
        "specrun.yaml:2:1: error[E200",
        "specs/demo.yaml:4:1: error[E200",
    ]


def test_problems_carry_the_line_as_written(tmp_path: Path) -> None:
    (problem,) = problems(write(make_repo(tmp_path), GOOD.replace("shell", "shel")))
    assert problem.source == "agent: shel"


def test_a_bomb_costs_only_its_own_prompt(tmp_path: Path) -> None:
    loop = "{% for a in range(99999) %}"
    bomb = f"  bomb: {{prompt: '{loop}{loop}{{% endfor %}}{{% endfor %}}'}}\n"
    typo = "  typo: {prompt: '{{ vars.servce }}'}\n"
    root = write(make_repo(tmp_path), GOOD + bomb + typo)
    assert [each.code for each in problems(root)] == ["E303", "E301"]


def try_to_load(root: Path) -> Loaded | tuple[Problem, ...]:
    try:
        return loaded(root)
    except InvalidSpec as error:
        return error.problems


@SLOW
@given(
    st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_any_bytes_give_a_spec_or_located_problems(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    root = write(tmp_path_factory.mktemp("any"), data)
    found = try_to_load(root)
    assert isinstance(found, tuple)
    assert found


@SLOW
@given(
    st.sampled_from([GOOD, PROOF]),
    st.tuples(st.integers(0, len(PROOF)), st.integers(0, 20)),
    st.text(alphabet="ab:-[]{},'\"|>&*!#%@\n \t?~", max_size=6),
)
def test_a_damaged_spec_gives_a_spec_or_located_problems(
    tmp_path_factory: pytest.TempPathFactory, spec: str, cut: tuple[int, int], put: str
) -> None:
    root = write(tmp_path_factory.mktemp("damaged"), spec[: cut[0]] + put + spec[sum(cut) :])
    found = try_to_load(root)
    assert found.desired.tasks if isinstance(found, Loaded) else found


def test_order_of_keys_and_comments_mean_nothing(tmp_path: Path) -> None:
    head, _, tasks = GOOD.partition("tasks:\n")
    one, two = tasks[: tasks.index("  api:")], tasks[tasks.index("  api:") :]
    plain = loaded(write(make_repo(tmp_path), GOOD)).desired
    blocks = head.replace("domains:\n  db", "domains: # c\n  db").splitlines(keepends=True)
    domains = blocks.index("domains: # c\n")
    entries = [*blocks[:domains], "".join(blocks[domains : domains + 2])]
    for seed in range(5):
        random.Random(seed).shuffle(entries)
        shuffled = "# note\n" + "".join(entries) + "tasks:\n" + two + "  # between\n" + one
        again = loaded(write(tmp_path / "repo", shuffled)).desired
        assert again.specs == plain.specs
        assert list(again.tasks) == list(plain.tasks)
        for before, after in zip(plain.tasks.values(), again.tasks.values(), strict=True):
            assert {name: getattr(before, name) for name in before.__slots__ if name != "where"} == {
                name: getattr(after, name) for name in after.__slots__ if name != "where"
            }
