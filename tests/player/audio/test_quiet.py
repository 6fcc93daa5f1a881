"""What C libraries say never reaches the screen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import os, sys
from pathlib import Path
from player.audio.quiet import quiet_stderr
os.write(2, b"before;")
with quiet_stderr(Path(sys.argv[1])):
    os.write(2, b"from a C library;")
    print("from Python", file=sys.stderr)
    print("the screen", file=sys.__stderr__, end=";", flush=True)
    if len(sys.argv) > 2:
        raise SystemExit(7)
os.write(2, b"after;")
print("after too", file=sys.stderr, end=";")
print("and this", file=sys.__stderr__, end=";")
"""


def run(log: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-c", PROGRAM, str(log), *more]
    root = Path(__file__).parents[3]
    return subprocess.run(
        command, cwd=root, capture_output=True, text=True, timeout=300, check=False
    )


def test_only_what_is_drawn_reaches_the_screen(tmp_path: Path) -> None:
    log = tmp_path / "stderr.log"
    done = run(log)
    assert done.returncode == 0
    assert done.stderr == "before;the screen;after;after too;and this;"
    assert log.read_text(encoding="utf-8") == "from a C library;from Python\n"


def test_the_terminal_is_given_back_after_a_fault(tmp_path: Path) -> None:
    done = run(tmp_path / "stderr.log", "fault")
    assert done.returncode == 7
    assert done.stderr == "before;the screen;"


def test_what_was_logged_before_is_kept(tmp_path: Path) -> None:
    log = tmp_path / "stderr.log"
    log.write_text("old\n", encoding="utf-8")
    run(log)
    assert log.read_text(encoding="utf-8").startswith("old\nfrom a C library;")


def test_without_a_log_the_screen_stays_clean_all_the_same(tmp_path: Path) -> None:
    done = run(tmp_path / "no such folder" / "stderr.log")
    assert (done.returncode, done.stderr) == (0, "before;the screen;after;after too;and this;")
