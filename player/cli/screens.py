"""The screens from the command line; loads only what the first picture needs."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Final

from player.config import Settled, settle
from player.errors import EXIT_OK, UsageError
from player.logs import start_logging
from player.paths import Paths

if TYPE_CHECKING:
    from player.tui.services import Wanted


FIRST_WITH_COLOURS: Final = 331


def browse() -> int:
    """Open the library."""
    paths = Paths.find()
    settled = settle(paths.config_file)
    start_logging(paths.log_file)
    if not is_a_screen():
        raise UsageError(
            "the library needs a terminal that draws; here: kahani play --plain [--json] [SLUG]."
        )
    return show(paths, settled)


def is_a_screen() -> bool:
    """Return whether there is a terminal that can draw, to read from and to draw on."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def show(
    paths: Paths,
    settled: Settled,
    *,
    wanted: Wanted | None = None,
    output: str | None = None,
    pace: float = 1.0,
) -> int:
    """Run the screens until the listener leaves; return the exit code.

    Raises UsageError, before anything is drawn, where a key or the theme of the settings is unfit.
    """
    know_colours(os.environ)
    from player.audio.quiet import quiet_stderr
    from player.cli.services import HouseServices
    from player.tui.app import make_app

    check(settled)
    with quiet_stderr(paths.log_file):
        app = make_app(HouseServices(paths, settled, wanted=wanted, output=output, pace=pace))
        app.run()
    return app.return_code or EXIT_OK


def know_colours(environment: MutableMapping[str, str]) -> None:
    """Let an xterm that calls itself just "xterm" have the colours that it can show.

    Textual would take it for a terminal of 16 colours, of which few are left of a dark theme.
    xterm knows all of them since version 331. To be called before Textual is loaded.
    """
    version = re.search(r"\d+", environment.get("XTERM_VERSION", ""))
    is_plain = environment.get("TERM") == "xterm" and not environment.get("COLORTERM")
    if is_plain and version and int(version[0]) >= FIRST_WITH_COLOURS:
        environment.setdefault("TEXTUAL_COLOR_SYSTEM", "truecolor")


def check(settled: Settled) -> None:
    """See to it that the screens know what the settings name.

    Raises UsageError that names the file, or the variable, and both of two actions on one key.
    """
    if settled.config.keys:
        from player.tui.keys.binding import first_clash

        if clash := first_clash(settled.config.keys):
            raise settled.fault("[keys]", f'"{clash.id}": {clash.sentence}')
    if "theme" in settled.named:
        from player.tui.themes import known

        if settled.config.theme not in known():
            there = ", ".join(known())
            raise settled.fault("theme", f"there is no {settled.config.theme!r}; there is {there}.")
