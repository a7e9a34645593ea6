"""The first rule that fits wins, and words are found whole, whatever their case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.core.routing import Routing, Rule, route

RULES = (
    Rule(model="opus", match=("architect", "Security", "code review", "검색", "c++")),
    Rule(model="sonnet", match=("api",), complexity="high", domain="backend"),
    Rule(model="haiku", complexity="low"),
)


def model(text: str, complexity: str | None = None, domain: str | None = None) -> str | None:
    return route(Routing(rules=RULES, default="none"), text=text, complexity=complexity, domain=domain)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ARCHITECT the thing", "opus"),
        ("the architecture", "none"),
        ("rearchitect", "none"),
        ("architect_2", "none"),
        ("rearchitect, then architect", "opus"),
        ("(security)", "opus"),
        ("a code\n  review of it", "opus"),
        ("파일을 검색 하다", "opus"),
        ("검색을", "none"),
        ("write C++.", "opus"),
        ("api", "none"),
        ("", "none"),
    ],
)
def test_words_are_found_whole(text: str, found: str) -> None:
    assert model(text) == found


@pytest.mark.parametrize(
    ("word", "text"), [("straße", "STRASSE"), ("café", "cafe\u0301"), ("i\u0307x", "\u0130X")]
)
def test_words_are_the_same_however_they_are_written(word: str, text: str) -> None:
    assert route(Routing(rules=(Rule(model="m", match=(word,)),)), text=text, complexity=None, domain=None)


def test_an_accent_belongs_to_its_word() -> None:
    routing = Routing(rules=(Rule(model="m", match=("\u0915",)),))
    assert route(routing, text="\u0915\u093f", complexity=None, domain=None) is None


def test_all_that_a_rule_names_must_hold() -> None:
    assert model("api", "high", "backend") == "sonnet"
    assert model("api", "high", "database") == "none"
    assert model("api", None, "backend") == "none"
    assert model("api", "low", "backend") == "haiku"
    assert model("architect the api", "high", "backend") == "opus"


def test_nothing_fits_and_no_default_leaves_the_choice_to_the_agent() -> None:
    assert route(Routing(), text="x", complexity="low", domain="d") is None


levels = st.sampled_from([None, "low", "high"])
words = st.text(alphabet="ab_é1", min_size=1, max_size=3)
rules = st.builds(
    Rule,
    model=st.sampled_from(["m1", "m2", "m3"]),
    match=st.lists(words, max_size=2).map(tuple),
    complexity=levels,
    domain=st.sampled_from([None, "d"]),
)


@given(
    st.lists(rules, max_size=5).map(tuple),
    st.lists(words, max_size=5),
    levels,
    st.sampled_from([None, "d"]),
)
def test_routing_says_what_reading_the_rules_in_order_says(
    listed: tuple[Rule, ...], said: list[str], complexity: str | None, domain: str | None
) -> None:
    def holds(rule: Rule) -> bool:
        return (
            (not rule.match or any(word in said for word in rule.match))
            and rule.complexity in (None, complexity)
            and rule.domain in (None, domain)
        )

    expected = [rule.model for rule in listed if holds(rule)]
    routing = Routing(rules=listed, default="default")
    for text in (" ".join(said), "\n, ".join(said).upper()):
        assert route(routing, text=text, complexity=complexity, domain=domain) == [*expected, "default"][0]
