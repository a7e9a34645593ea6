"""Says in plain words what Python means when an expression of a template goes wrong."""

from __future__ import annotations

import re

KINDS = {
    "bool": "true or false",
    "dict": "a mapping",
    "Named": "a mapping",
    "float": "a number",
    "int": "a number",
    "list": "a list",
    "NoneType": "nothing",
    "range": "a range",
    "str": "text",
    "tuple": "a list",
}
"""What templates call the types of Python."""
OTHER = "a value of this kind"
TYPE = r"'?([A-Za-z_.]+)'?"
SAID = (
    (rf"unsupported operand type\(s\) for (\S+).*: {TYPE} and {TYPE}", "{0} does not go with {1} and {2}"),
    (rf"bad operand type for (?:unary )?([^:\s]+): {TYPE}", "{0} does not go with {1}"),
    (rf"'(\S+)' not supported between instances of {TYPE} and {TYPE}", "{0} cannot compare {1} with {2}"),
    (r"can only concatenate (\w+) \(not \"(\w+)\"\) to \w+", "+ does not go with {0} and {1}"),
    (rf"can't multiply sequence by non-int of type {TYPE}", "* needs a number beside text or a list"),
    (rf"{TYPE} object is not callable", "{0} is no function"),
    (rf"(?:cannot unpack non-iterable {TYPE} object|{TYPE} object is not iterable)", "{0} is no list"),
    (rf"object of type {TYPE} has no len\(\)", "{0} has no length"),
    (rf"Object of type {TYPE} is not JSON serializable", "{0} cannot be written as JSON"),
    (rf"type {TYPE} doesn't define __round__ method", "{0} cannot be rounded"),
    (rf"{TYPE} object cannot be interpreted as an integer", "{0} stands where a whole number must"),
    (
        r".*(?:positional argument|keyword argument|required argument)",
        "a filter or function gets wrong values",
    ),
    (r".*by zero", "division by zero"),
    (r"Range too big.*", "a range of more than 100,000 numbers"),
    (r"\(34, .*|.*too large.*|cannot fit .*", "a number out of range"),
)


def in_words(said: str) -> str:
    """Answer one line in our words; what is not known stays as it was said."""
    for pattern, words in SAID:
        found = re.match(pattern, said)
        if found:
            return words.format(*(KINDS.get(one, one) for one in found.groups() if one))
    line = said.strip().partition("\n")[0].rstrip(".")
    return line[:1].lower() + line[1:200]


def kind(value: object) -> str:
    """Answer what templates call the type of a value."""
    return KINDS.get(type(value).__name__, OTHER)
