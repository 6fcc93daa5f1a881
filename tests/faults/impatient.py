"""The program as it is, but for its patience with servers: few tries, and soon one after another.

A server may be silent for FAULTS_READ_S in the environment, else 10 s.
With FAULTS_LOG in the environment everything that the program logs goes into its log file.
"""

from __future__ import annotations

import logging
import os
import sys
from functools import partial
from pathlib import Path
from typing import Final

from player import logs
from player.audio.fetch import downloads
from player.audio.fetch.patience import Patience
from player.cli import main

TRIES: Final = 3

start_logging = logs.start_logging


def log_everything(path: Path) -> None:
    """Start the log of the program, and let nothing be left out of it."""
    start_logging(path)
    logging.getLogger().setLevel(logging.DEBUG)
    logging.getLogger("faults").debug("everything is logged")


if __name__ == "__main__":
    sys.argv[0] = "kahani"
    read_s = float(os.environ.get("FAULTS_READ_S", "10"))
    downloads.Patience = partial(  # type: ignore[attr-defined,assignment]
        Patience, connect_s=10.0, read_s=read_s, measured_over_s=read_s, tries=TRIES,
        first_wait_s=0.01, longest_wait_s=0.05, longest_asked_s=1.5, lock_s=60.0,
    )  # fmt: skip
    if "FAULTS_LOG" in os.environ:
        logs.start_logging = log_everything
    main()
