"""kahani play: one story, on the screens or line by line."""

from __future__ import annotations

from functools import partial

import click

from player.cli.groups import number
from player.cli.screens import is_a_screen, show
from player.cli.wiring import House
from player.config import settle
from player.errors import UsageError
from player.logs import start_logging
from player.paths import Paths
from player.tui.services import Wanted


@click.command()
@click.argument("slug", required=False)
@click.option("--language", metavar="L", help="Hear this language: hi, ta, bn, it.")
@click.option("--mix", callback=number(0, 1), metavar="R", help="Share of English, 0 to 1.")
@click.option("--from", "node", metavar="NODE", help="Begin at this node instead of your place.")
@click.option("--restart", is_flag=True, help="Begin at the start instead of your place.")
@click.option("--speed", callback=number(0.5, 2), metavar="X", help="Speed, 0.5 to 2.")
@click.option("--output", metavar="vlc|silent|wav:FILE", help="Where the sound goes.")
@click.option(
    "--data-saver/--no-data-saver", default=None, help="Fetch no clip before it is wanted."
)
@click.option("--plain", is_flag=True, help="Line by line, for screen readers and pipes.")
@click.option("--json", "as_json", is_flag=True, help="With --plain: one JSON object a line.")
@click.option("--choices", metavar="A,B,...", help="With --plain: the answers, in order.")
@click.option(
    "--pace",
    callback=number(0),
    metavar="X",
    default="1",
    help="In silence, X times as long; 0: without waiting.",
)
def play(
    *,
    slug: str | None,
    language: str | None,
    mix: float | None,
    node: str | None,
    restart: bool,
    speed: float | None,
    output: str | None,
    data_saver: bool | None,
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
    settled = settle(paths.config_file).given(speed=speed, data_saver=data_saver)
    start_logging(paths.log_file)
    wanted = partial(Wanted, language=language, mix=mix, node_key=node, restart=restart)
    if plain or as_json or not is_a_screen():
        from player.cli.plainly import Plainly

        house = House(paths, settled.config, named=settled.named, output=output, pace=pace)
        return Plainly(house, as_json=as_json, choices=choices).play(slug, wanted)
    if choices is not None:
        raise UsageError("--choices goes with --plain.")
    if slug is None:
        raise UsageError("give the SLUG of a story; kahani alone opens the library.")
    return show(paths, settled, wanted=wanted(slug=slug), output=output, pace=pace)
