"""Complexity follows the words of routing rules, in several languages; the hardest word wins."""

from __future__ import annotations

import pytest

from specrun.core.complexity import LIMIT, WORDS, guessed, is_verb
from specrun.core.words import folded


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Search for dead code", "low"),
        ("List the open pull requests", "low"),
        ("Implement the status page", "medium"),
        ("Find and fix the leak", "medium"),
        ("Check the security headers", "high"),
        ("Design the API", "high"),
        ("Think about it", None),
        ("checklist", None),
        ("상태 확인", "low"),
        ("코드 리뷰", "medium"),
        ("검색 기능을 구현", "medium"),
        ("아키텍처 설계", "high"),
        ("ログを調査する", "low"),
        ("検索を実装", "medium"),
        ("データ設計", "high"),
        ("查看日志", "low"),
        ("编写测试", "medium"),
        ("架构设计", "high"),
        ("Prüfen", "low"),
        ("Escribir pruebas", "medium"),
        ("Revoir l'architecture", "high"),
    ],
)
def test_the_hardest_word_wins(text: str, level: str | None) -> None:
    assert guessed(text) == level


def test_only_the_beginning_counts() -> None:
    assert guessed(" " * LIMIT + "fix") is None


def test_orders_begin_with_verbs() -> None:
    assert is_verb("Review")
    assert not is_verb("logout")


def test_words_are_written_as_they_are_looked_for() -> None:
    assert [word for words in WORDS.values() for word in words if folded(word) != word] == []
