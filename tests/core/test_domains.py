"""Domains are guessed as a person would, in several languages, and always the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.core.domains import BUILT_IN, LIMIT, detected, known
from specrun.core.words import folded


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("Build the sign-in page with Tailwind", "frontend"),
        ("Create a REST endpoint and its middleware", "backend"),
        ("Write unit tests", "testing"),
        ("Add a migration for the users schema", "database"),
        ("Deploy with Kubernetes", "devops"),
        ("Check for OWASP vulnerabilities", "security"),
        ("Fine-tune the neural network", "ml"),
        ("Fix the crash on Android", "mobile"),
        ("Update the README", "documentation"),
        ("Tidy up the attic", None),
        ("", None),
        # What the work is counts more than what it is for.
        ("Write tests for the API endpoint of the server", "testing"),
        ("Build the login UI with tests, coverage and jest", "frontend"),
        ("Test the login page", "testing"),
        ("Document the API", "documentation"),
        ("Create endpoint tests", "testing"),
        # A longer keyword covers a shorter one.
        ("Write api docs", "documentation"),
        ("Port it to React Native", "mobile"),
        ("Run the model training", "ml"),
        # More than one hit, and a tie.
        ("css html api", "backend"),
        ("audit", "security"),
        ("audit the css", "security"),
        ("로그인 화면을 만든다", "frontend"),
        ("API를 구현", "backend"),
        ("API 엔드포인트의 테스트 작성", "testing"),
        ("데이터베이스 스키마 변경", "database"),
        ("서버 배포", "devops"),
        ("보안 취약점 점검", "security"),
        ("사용 설명서 갱신", "documentation"),
        ("決済ＡＰＩを実装", "backend"),
        ("画面のテストを書く", "testing"),
        ("セキュリティの確認", "security"),
        ("编写接口测试", "testing"),
        ("修复前端按钮", "frontend"),
        ("Formular für die Anmeldung bauen", "frontend"),
        ("Escribir la documentación", "documentation"),
        ("Corriger la vulnérabilité", "security"),
        ("café", None),
        ("rapid apiary", None),
    ],
)
def test_domains(text: str, domain: str | None) -> None:
    assert detected(text, BUILT_IN) == domain


def test_further_domains_and_keywords_are_added() -> None:
    domains = known({"backend": ["ledger"], "chain": ["smart contract", "web3"]})
    assert domains["backend"] == (*BUILT_IN["backend"], "ledger")
    assert list(domains) == [*BUILT_IN, "chain"]
    assert detected("Balance the LEDGER", domains) == "backend"
    assert detected("Write a smart\ncontract", domains) == "chain"
    assert detected("Write a contract", domains) is None


def test_of_equal_domains_the_longer_keywords_win_and_then_the_first() -> None:
    assert detected("one two", {"a": ["one"], "b": ["two"]}) == "b"
    assert detected("x", {"a": ["x"], "b": ["x"]}) == "a"
    assert detected("long long core for long", {"a": ["core"], "b": ["long"], "c": [""]}) == "b"
    assert detected("to to core for to", {"a": ["core"], "b": ["to"]}) == "b"


def test_only_the_beginning_counts() -> None:
    assert detected(" " * LIMIT + "api", BUILT_IN) is None


def test_keywords_are_written_as_they_are_looked_for() -> None:
    assert [word for words in BUILT_IN.values() for word in words if folded(word) != word] == []


@given(
    st.lists(
        st.sampled_from([word for words in BUILT_IN.values() for word in words] + ["for", "의", "x"]),
        max_size=8,
    )
)
def test_the_order_of_a_mapping_only_breaks_ties(words: list[str]) -> None:
    found = detected(" ".join(words), BUILT_IN)
    assert (found is None) == (set(words) <= {"for", "의", "x"})
    assert found == detected(" ".join(words).upper(), dict(BUILT_IN))
