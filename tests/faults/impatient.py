"""The program as it is, but for its patience with servers: tenths of seconds, not tens."""

from __future__ import annotations

import sys
from functools import partial
from typing import Final

from player.audio.fetch import downloads
from player.audio.fetch.patience import Patience
from player.cli import main

TRIES: Final = 3

if __name__ == "__main__":
    sys.argv[0] = "kahani"
    downloads.Patience = partial(  # type: ignore[attr-defined,assignment]
        Patience, connect_s=1.0, read_s=0.25, measured_over_s=0.3, tries=TRIES, first_wait_s=0.01,
        longest_wait_s=0.05, longest_asked_s=1.5, lock_s=5.0,
    )  # fmt: skip
    main()
