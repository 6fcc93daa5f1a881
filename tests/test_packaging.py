"""The wheel, as somebody gets it who has no checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(*command: str | Path, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("KAHANI_", "DATABASE_"))}
    return subprocess.run(
        command, cwd=cwd, env={**clean, **env}, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_the_wheel_installs_two_names_and_plays_from_anywhere(tmp_path: Path) -> None:
    made = run(
        sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", tmp_path, ROOT, cwd=tmp_path
    )
    assert made.returncode == 0, made.stderr
    (wheel,) = tmp_path.glob("kahani-*.whl")
    names = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {name for name in names if not name.endswith(".dist-info")} == {"player", "db"}

    fresh = tmp_path / "venv"
    assert run(sys.executable, "-m", "venv", fresh, cwd=tmp_path).returncode == 0
    installed = run(fresh / "bin" / "pip", "install", "-q", wheel, cwd=tmp_path)
    assert installed.returncode == 0, installed.stderr

    # a folder that holds a db/ of its own must not be taken for ours
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "db").mkdir(parents=True)
    kahani, home = fresh / "bin" / "kahani", str(tmp_path / "home")
    said = run(kahani, "--version", cwd=elsewhere, KAHANI_HOME=home)
    assert said.stdout.startswith("kahani 0.")
    well = run(kahani, "doctor", "--json", cwd=elsewhere, KAHANI_HOME=home)
    assert "clever-crow" in well.stdout
    played = run(
        kahani, "play", "la-volpe-e-la-luna", "--plain", "--json", "--pace", "0",
        "--choices", "A,B,B", cwd=elsewhere, KAHANI_HOME=home,
    )  # fmt: skip
    assert '"event":"finished"' in played.stdout, played.stderr
