"""Words what is wrong with durations, sizes and money: code, what, expected, fix."""

from __future__ import annotations

import re

from specrun.spec.units import DURATION, MONEY, SIZE

UNITS = {
    "timeout": f"none|{DURATION}",
    "idle_timeout": f"none|{DURATION}",
    "delay": DURATION,
    "max_delay": DURATION,
    "cleanup": DURATION,
    "log_limit": SIZE,
}
"""The units of keys that have one."""


def unit(pattern: str, name: str, shown: str, text: str) -> tuple[str, str, str, str]:
    """Answer the message for what is no amount as `pattern` has it; `shown` is it for people."""
    if pattern == MONEY:
        return money(name, shown, text)
    if pattern == SIZE:
        return (
            "E207",
            f"{name} {shown} is no size",
            "a size with its unit",
            "write a size such as 64MB or 10KiB",
        )
    allowed = "a duration with its unit" + (" or none" if "none" in pattern else "")
    number = re.fullmatch(r"[0-9]{1,6}", text)
    fix = f'write "{text}s" or "{text}m"' if number else "write a duration such as 90s, 20m or 1h30m"
    return "E207", f"{name} {shown} is no duration", allowed, fix


def money(name: str, shown: str, text: str) -> tuple[str, str, str, str]:
    """Answer the message for what is no amount of money."""
    if text.startswith("-") or "nan" in text.lower() or "inf" in text.lower():
        return "E115", f"{name} must be a finite amount of at least 0, found {shown}", "", "write 2.50 USD"
    if re.fullmatch(r"[0-9.]+ ?[A-Z]{3}", text) and not text.endswith("USD"):
        return (
            "E207",
            f"{name} {shown} is not in US dollars",
            "an amount in USD",
            "convert it and write 2.50 USD",
        )
    number = re.fullmatch(r"\$?([0-9]{1,9}(?:\.[0-9]{1,4})?)(?: ?USD|\$)?", text)
    amount = number[1] if number else "2.50"
    return (
        "E207",
        f"{name} {shown} is no amount of money",
        "an amount with its currency",
        f"write {amount} USD",
    )
