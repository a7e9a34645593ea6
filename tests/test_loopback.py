"""Checks that the watch notices every way to look beyond loopback, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import loopback

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _watched() -> None:
    if not loopback.isolating():
        pytest.skip("no network namespaces here")


def python(code: str) -> loopback.Watched:
    text = f"import contextlib, socket\nwith contextlib.suppress(OSError):\n    {code}"
    return loopback.run([sys.executable, "-c", text], cwd=ROOT, env={"PATH": os.environ["PATH"]})


def test_a_look_up_is_noticed_by_its_name() -> None:
    ran = python("socket.getaddrinfo('example.invalid', 443)")
    assert ran.code == 0
    assert ran.seen is not None
    assert set(ran.seen.names) == {"example.invalid"}


@pytest.mark.parametrize(
    "attempt",
    [
        "socket.create_connection(('192.0.2.1', 443), 5)",
        "socket.socket(socket.AF_INET6, socket.SOCK_STREAM).connect(('2001:db8::1', 443))",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
        "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b'x', ('2001:db8::1', 53))",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('224.0.0.251', 5353))",
    ],
    ids=["tcp", "tcp6", "udp", "udp6", "multicast"],
)
def test_an_address_beyond_loopback_is_noticed(attempt: str) -> None:
    assert python(attempt).seen == loopback.Seen((), 1)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_loopback_works_and_is_no_matter(host: str) -> None:
    family = "socket.AF_INET6" if ":" in host else "socket.AF_INET"
    code = (
        f"server = socket.create_server(('{host}', 0), family={family}); "
        f"client = socket.create_connection(('{host}', server.getsockname()[1]), 5); print('met')"
    )
    ran = python(code)
    assert ran.output == "met\n"
    assert ran.seen == loopback.Seen((), 0)


def test_the_command_stays_who_it_is_without_new_rights() -> None:
    argv = ["sh", "-c", "id -u; grep CapEff /proc/self/status"]
    plain = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    assert loopback.run(argv, cwd=ROOT, env={"PATH": os.environ["PATH"]}).output == plain


def test_exit_code_folder_and_input_are_the_commands_own(tmp_path: Path) -> None:
    argv = ["sh", "-c", "pwd; cat; echo bad >&2; exit 7"]
    ran = loopback.run(argv, cwd=tmp_path, env={"PATH": os.environ["PATH"]}, prompt="hello")
    assert (ran.code, ran.output, ran.errors) == (7, f"{tmp_path}\nhello", "bad\n")
    assert loopback.run(["sh", "-c", "kill -9 $$"], cwd=tmp_path, env=os.environ).code == 128 + 9


@pytest.mark.parametrize(
    ("code", "wanted", "said"),
    [
        ("pass", 0, "names asked for: none; strays: 0"),
        ("raise SystemExit(5)", 5, "names asked for: none; strays: 0"),
        ("socket.gethostbyname('example.invalid')", loopback.STRAYED, "names asked for: example.invalid"),
    ],
)
def test_as_a_program_it_answers_for_both(code: str, wanted: int, said: str) -> None:
    text = f"import contextlib, socket\nwith contextlib.suppress(OSError):\n    {code}"
    argv = [sys.executable, "-m", "tests.loopback", sys.executable, "-c", text]
    ran = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == wanted
    assert said in ran.stderr
