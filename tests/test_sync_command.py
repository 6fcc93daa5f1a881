"""kahani sync as a process: it goes on until it is interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

KAHANI = Path(sys.executable).with_name("kahani")


def test_it_goes_on_until_ctrl_c(tmp_path: Path, postgres_url: str) -> None:
    env = {**os.environ, "KAHANI_HOME": str(tmp_path), "DATABASE_URL": postgres_url}
    with subprocess.Popen([KAHANI, "sync"], env=env, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        lines = iter(running.stdout.readline, "")
        assert any(line.rstrip().endswith("all sent") for line in lines)
        running.send_signal(signal.SIGINT)

        assert running.wait(60) == 130
