"""A home folder, and the command run in it: a real process, a real store."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

KAHANI = Path(sys.executable).with_name("kahani")
STORIES = Path(__file__).parents[2] / "assets" / "stories"
BUNDLED = sorted((path.parent.name,) for path in STORIES.glob("*/story.yaml"))


class Home:
    """A home folder, and the command run in it."""

    def __init__(self, folder: Path, **env: str) -> None:
        self.folder = folder
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("KAHANI_", "DATABASE_"))}
        self.env = {**clean, "KAHANI_HOME": str(folder), "LANG": "C.UTF-8", **env}

    def run(self, *arguments: str | Path, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [KAHANI, *arguments],
            env=self.env,
            input=typed,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def play(self, slug: str, choices: str, *more: str) -> list[dict[str, Any]]:
        done = self.run(
            "play", slug, "--plain", "--json", "--pace", "0", "--choices", choices, *more
        )
        return [json.loads(line) for line in done.stdout.splitlines()]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "data" / "kahani.sqlite")) as connection:
            return connection.execute(query).fetchall()
