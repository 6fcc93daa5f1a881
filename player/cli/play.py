"""kahani play: one story, on the screens or line by line."""

from __future__ import annotations

import asyncio
import io
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress

import click

from db.errors import StoreError
from player.audio.quiet import quiet_stderr
from player.cli.screens import is_a_screen, show
from player.cli.wiring import House
from player.config import settle
from player.errors import EXIT_OK, KahaniError, UsageError
from player.events import Event, LeaveRequested, Notice, Severity
from player.logs import start_logging
from player.paths import Paths
from player.plain import Answers, JsonTeller, PlainPlayer, Teller
from player.tui.services import Wanted


@click.command()
@click.argument("slug", required=False)
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
    slug: str | None,
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
    """Play the story SLUG, from where you left it; with --plain and no SLUG, list the stories.

    With --plain, type a command and enter at any time: enter alone pauses and plays on, the number
    of a choice takes it, q saves and leaves, ? tells the rest: lines and passages again, speed,
    language and mix, translation, bookmarks, sleep timer and more.

    Lines from a pipe are done in their order. A number, a letter or word of a choice and q wait for
    the next choice; every other line is a command and done at once. With --choices nothing is read.
    """
    paths = Paths.find()
    settled = settle(paths.config_file).given(speed=speed)
    start_logging(paths.log_file)
    is_plain = plain or as_json or not is_a_screen()
    if is_plain:
        _write_whatever_comes(as_json=as_json)
    elif choices is not None:
        raise UsageError("--choices goes with --plain.")
    if slug is None and is_plain and choices is None:
        slug = _listed(paths, language or settled.config.language, as_json=as_json)
        if slug is None:
            return EXIT_OK
    if slug is None:
        raise UsageError("give the SLUG of a story; kahani play --plain lists them all.")
    wanted = Wanted(slug=slug, language=language, mix=mix, node_key=node, restart=restart)
    if not is_plain:
        return show(paths, settled, wanted=wanted, output=output, pace=pace)
    answers = Answers((choices or "").split(","), sys.stdin, are_given=choices is not None)
    house = House(paths, settled.config, named=settled.named, output=output, pace=pace)
    talks = answers.is_live and sys.stdout.isatty() and not as_json
    teller = JsonTeller(sys.stdout) if as_json else Teller(sys.stdout, talks=talks)
    signal.signal(signal.SIGTTIN, signal.SIG_IGN)  # in the background it is heard all the same
    with quiet_stderr(paths.log_file):
        return asyncio.run(_tell(house, wanted, teller, answers, stays=talks))


def _write_whatever_comes(*, as_json: bool) -> None:
    """Let no letter that the terminal does not know stop a story; programs read UTF-8."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8" if as_json else None, errors="replace")


def _listed(paths: Paths, language: str | None, *, as_json: bool) -> str | None:
    """List the stories; where somebody types, return the slug of the one they take."""
    from player.cli import listing

    stories = listing.shelf(paths, language)
    if as_json:
        listing.as_objects(stories, sys.stdout)
    elif sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty():
        return listing.asked(stories, sys.stdin, sys.stdout)
    else:
        listing.in_words(stories, sys.stdout)
    return None


async def _tell(
    house: House, wanted: Wanted, teller: Teller, answers: Answers, *, stays: bool
) -> int:
    loop = asyncio.get_running_loop()
    players: list[PlainPlayer] = []

    def pass_on(event: Event) -> None:
        with suppress(RuntimeError):  # the loop is closed: it is too late
            loop.call_soon_threadsafe(_hear, event, teller, players)

    def stop() -> None:
        for player in players:
            player.stop()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop)
    try:
        controller = await house.open(pass_on)
        for notice in house.notices:
            teller.noticed(Notice(notice, Severity.WARNING))
        player = PlainPlayer(controller, teller, answers, house.clock, stays=stays)
        players.append(player)
        player.listen()
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


def _hear(event: Event, teller: Teller, players: Sequence[PlainPlayer]) -> None:
    """Tell how it stands with the sending, even at the end; leave where that was asked for."""
    if isinstance(event, Notice):
        teller.noticed(event)
    if isinstance(event, LeaveRequested):
        for player in players:
            player.hear(event)
