"""kahani play: one story, on the screens or line by line."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import click
import msgspec

from db.errors import StoreError
from player.audio.quiet import quiet_stderr
from player.cli.screens import is_a_screen, show
from player.cli.wiring import House
from player.config import load_config
from player.errors import KahaniError, UsageError
from player.events import Event, Notice, Severity
from player.logs import start_logging
from player.paths import Paths
from player.plain import Answers, JsonTeller, PlainPlayer, Teller
from player.tui.services import Wanted


@click.command()
@click.argument("slug")
@click.option("--language", metavar="L", help="Language to hear: hi, hi-mixed, ta, bn, it ...")
@click.option("--mix", type=click.FloatRange(0, 1), metavar="R", help="Share of English, 0 to 1.")
@click.option("--from", "node", metavar="NODE", help="Begin at this node instead of your place.")
@click.option("--restart", is_flag=True, help="Begin at the start instead of your place.")
@click.option("--speed", type=click.FloatRange(0.5, 2.0), metavar="X", help="0.5 to 2.0.")
@click.option("--output", metavar="vlc|silent|wav:FILE", help="Where the sound goes.")
@click.option("--plain", is_flag=True, help="Line by line, for screen readers and pipes.")
@click.option("--json", "as_json", is_flag=True, help="With --plain: one JSON object a line.")
@click.option("--choices", metavar="A,B,...", help="With --plain: the answers, in order.")
@click.option("--pace", type=click.FloatRange(0), default=1.0, help="0: do not wait for the sound.")
def play(
    *,
    slug: str,
    language: str | None,
    mix: float | None,
    node: str | None,
    restart: bool,
    speed: float | None,
    output: str | None,
    plain: bool,
    as_json: bool,
    choices: str | None,
    pace: float,
) -> int:
    """Play the story SLUG, from where you left it."""
    paths = Paths.find()
    config = load_config(paths.config_file)
    if speed is not None:
        config = msgspec.structs.replace(config, speed=speed)
    start_logging(paths.log_file)
    wanted = Wanted(slug=slug, language=language, mix=mix, node_key=node, restart=restart)
    if plain or as_json or not is_a_screen():
        are_given = choices is not None
        answers = Answers((choices or "").split(","), sys.stdin, are_given=are_given)
        house = House(paths, config, output=output, pace=pace)
        teller = (JsonTeller if as_json else Teller)(sys.stdout)
        with quiet_stderr(paths.log_file):
            return asyncio.run(_tell(house, wanted, teller, answers))
    if choices is not None:
        raise UsageError("--choices goes with --plain.")
    return show(paths, config, wanted=wanted, output=output, pace=pace)


def _pass_on(loop: asyncio.AbstractEventLoop, teller: Teller, event: Event) -> None:
    """Tell what should be known of the sending; it comes from another thread, even at the end."""
    if isinstance(event, Notice):
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(teller.noticed, event)


async def _tell(house: House, wanted: Wanted, teller: Teller, answers: Answers) -> int:
    loop = asyncio.get_running_loop()
    stopping: list[Callable[[], None]] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, lambda: [stop() for stop in stopping])
    try:
        controller = await house.open(partial(_pass_on, loop, teller))
        for notice in house.notices:
            teller.noticed(Notice(notice, Severity.WARNING))
        player = PlainPlayer(controller, teller, answers, house.clock)
        stopping.append(player.stop)
        await controller.open(
            wanted.slug,
            language=wanted.language,
            mix=wanted.mix,
            node_key=wanted.node_key,
            restart=wanted.restart,
        )
        return await player.play()
    except (KahaniError, StoreError, OSError) as error:
        teller.failed(str(error))
        raise
    finally:
        await house.close()
