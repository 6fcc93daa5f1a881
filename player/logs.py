"""The log file: for what nobody needs to read on the screen."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path
from typing import Final

MAX_BYTES: Final = 1_000_000


def start_logging(path: Path) -> None:
    """Send warnings and worse to `path`; an old file over 1 MB is put aside first.

    Without a writable folder they go nowhere.
    """
    root = logging.getLogger()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            if path.stat().st_size > MAX_BYTES:
                path.replace(path.with_suffix(".old.log"))
        handler: logging.Handler = logging.FileHandler(path, encoding="utf-8", delay=True)
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
