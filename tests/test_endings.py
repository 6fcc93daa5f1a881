"""What a program told is all there, however its lines were read."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.endings import finish

LINES = 2000
"""So many that what Python reads ahead ends within a line."""


def begin(program: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program], text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def test_what_was_read_ahead_is_not_lost() -> None:
    program = begin(
        f"import sys; print(*range({LINES}), sep='\\n', flush=True); input(); print('typed')"
        "; sys.exit('a complaint')"
    )
    assert program.stdin
    assert program.stdout
    first = program.stdout.readline()
    program.stdin.write("\n")
    told, complaints = finish(program)
    assert (first + told).split() == [*map(str, range(LINES)), "typed"]
    assert complaints == "a complaint\n"
    assert program.returncode == 1


def test_one_that_never_ends_is_killed_and_told_of() -> None:
    program = begin("import time; print('so far', flush=True); time.sleep(600)")
    with pytest.raises(AssertionError, match="never ended; told: so far"):
        finish(program, timeout_s=1)
