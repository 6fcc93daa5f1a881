"""The screens from the command line; loads only what the first picture needs."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from player.config import Config, load_config
from player.errors import EXIT_OK, UsageError
from player.logs import start_logging
from player.paths import Paths

if TYPE_CHECKING:
    from player.tui.services import Wanted


def browse() -> int:
    """Open the library."""
    paths = Paths.find()
    config = load_config(paths.config_file)
    start_logging(paths.log_file)
    if not is_a_screen():
        raise UsageError(
            "the library needs a terminal; in a pipe use: kahani play SLUG --plain [--json]."
        )
    return show(paths, config)


def is_a_screen() -> bool:
    """Return whether there is a terminal that can draw, to read from and to draw on."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def show(
    paths: Paths,
    config: Config,
    *,
    wanted: Wanted | None = None,
    output: str | None = None,
    pace: float = 1.0,
) -> int:
    """Run the screens until the listener leaves; return the exit code."""
    from player.audio.quiet import quiet_stderr
    from player.cli.services import HouseServices
    from player.tui.app import make_app

    with quiet_stderr(paths.log_file):
        app = make_app(HouseServices(paths, config, wanted=wanted, output=output, pace=pace))
        app.run()
    return app.return_code or EXIT_OK
