"""The light stand-ins do what the heavy originals do."""

from __future__ import annotations

import hashlib
import json
import math
import signal
import subprocess
import sys

import pytest

from specrun.shim import light

VALUES: dict[str, light.Word] = {
    "text": 'a "quoted" \\ line\n\t\x00\x7f',
    "wide": "ä☃\U0001f600\ud800",
    "number": -3,
    "fraction": 1795224695.11813,
    "small": 1e-9,
    "yes": True,
    "no": False,
    "nothing": None,
}


def test_what_is_written_is_json() -> None:
    assert json.loads(light.dumps(VALUES)) == VALUES


def test_objects_inside_are_written_too() -> None:
    values: dict[str, light.Word] = {"meter": {"cost_usd": None, "denials": ["☃"]}, "exit_code": 0}
    assert json.loads(light.dumps(values)) == values


def test_digests_are_those_of_the_original() -> None:
    for data in (b"", b"key", bytes(100_000)):
        assert light.digest(data) == hashlib.sha256(data).hexdigest()


def test_json_is_read_as_the_original_reads_it() -> None:
    nested = {"a": [1, 2.5, {"b": None}], "☃": ["x", True], **VALUES}
    for text in (json.dumps(nested), json.dumps(nested, indent=2) + "\n", " " + json.dumps(nested)):
        assert light.loads(text.encode()) == nested
    assert math.isinf(light.loads(b'{"a": Infinity}')["a"])


@pytest.mark.parametrize("text", [b"", b"{", b"[1]", b"7", b"{} x", b'{"a": }', b"\xff", b'{"a" 1}'])
def test_what_is_no_object_is_a_value_error(text: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        light.loads(text)


def test_signals_are_the_real_ones() -> None:
    assert light.signal.SIGTERM == signal.SIGTERM


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can")
def test_a_child_dies_with_its_parent() -> None:
    script = (
        "import os, signal, sys; sys.path.insert(0, sys.argv[1])\n"
        "from specrun.shim import light\n"
        "ready, told = os.pipe()\n"
        "if os.fork() == 0:\n"
        "    light.die_with_parent()\n"
        "    os.write(told, b'x')\n"
        "    signal.pause()\n"
        "os.read(ready, 1)\n"
    )
    root = str(light.__file__).rpartition("/specrun/")[0]
    # The child holds the pipe of `stdout`: reading ends when it is gone.
    subprocess.run([sys.executable, "-c", script, root], check=True, stdout=subprocess.PIPE, timeout=60)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can")
def test_orphans_are_adopted() -> None:
    script = (
        "import os, sys; sys.path.insert(0, sys.argv[1])\n"
        "from specrun.shim import light\n"
        "assert light.adopt_descendants()\n"
        "if (middle := os.fork()) == 0:\n"
        "    if os.fork() == 0:\n"
        "        os._exit(7)\n"
        "    os._exit(0)\n"
        "codes = [os.waitstatus_to_exitcode(os.wait()[1]) for _ in range(2)]\n"
        "print(sorted(codes))\n"
    )
    root = str(light.__file__).rpartition("/specrun/")[0]
    done = subprocess.run([sys.executable, "-c", script, root], check=True, capture_output=True, text=True)
    assert done.stdout == "[0, 7]\n"


def test_elsewhere_nothing_is_adopted(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "platform", "darwin")
        assert not light.adopt_descendants()
