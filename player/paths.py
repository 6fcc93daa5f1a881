"""Where things lie on this machine."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from platformdirs import PlatformDirs


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders of one installation; none is made by asking for it."""

    config: Path
    data: Path
    cache: Path
    logs: Path

    @classmethod
    def find(cls) -> Paths:
        """Return the folders under KAHANI_HOME, else where this system keeps such things."""
        if home := os.environ.get("KAHANI_HOME"):
            base = Path(home).expanduser().absolute()
            return cls(base / "config", base / "data", base / "cache", base / "logs")
        dirs = PlatformDirs("kahani", appauthor=False)
        return cls(
            Path(dirs.user_config_dir),
            Path(dirs.user_data_dir),
            Path(dirs.user_cache_dir),
            Path(dirs.user_log_dir),
        )

    @property
    def config_file(self) -> Path:
        """The settings."""
        return self.config / "config.toml"

    @property
    def store(self) -> Path:
        """The local store."""
        return self.data / "kahani.sqlite"

    @property
    def stories(self) -> Path:
        """The listener's own stories."""
        return self.data / "stories"

    @property
    def log_file(self) -> Path:
        """What the program and the libraries under it say to nobody in particular."""
        return self.logs / "kahani.log"
