"""The plain mode from the command line: its house, its list of stories, its player."""

from __future__ import annotations

import asyncio
import io
import signal
import sys
from collections.abc import Callable
from contextlib import suppress

from db.errors import StoreError
from player.audio.quiet import quiet_stderr
from player.cli import listing
from player.cli.wiring import House
from player.controller import PlaybackController
from player.errors import EXIT_INTERRUPTED, EXIT_OK, KahaniError, UsageError
from player.events import Event, LeaveRequested, Notice, Severity, SyncChanged
from player.plain import (
    Answers,
    JsonTeller,
    OfPlacement,
    PlacementObjects,
    PlacementTeller,
    PlainPlayer,
    Teller,
)
from player.plain.stopping import Stopping
from player.story.graph import PLACEMENT
from player.tui.services import Wanted


class Plainly:
    """Tells a story line by line on stdout, and reads stdin where no `choices` are given."""

    def __init__(self, house: House, *, as_json: bool, choices: str | None) -> None:
        self._house = house
        self._as_json = as_json
        self._answers = Answers(
            (choices or "").split(","), sys.stdin, are_given=choices is not None
        )
        self._talks = self._answers.is_live and sys.stdout.isatty() and not as_json

    def play(self, slug: str | None, wanted: Callable[..., Wanted]) -> int:
        """Play a story, or list them all; return the exit code. Raises KahaniError, StoreError."""
        _write_whatever_comes(as_json=self._as_json)
        if slug is None and not self._answers.are_given and (slug := self._taken()) is None:
            return EXIT_OK
        if slug is None:
            raise UsageError("give the SLUG of a story; kahani play --plain lists them all.")
        signal.signal(signal.SIGTTIN, signal.SIG_IGN)  # it is heard in the background all the same
        with quiet_stderr(self._house.paths.log_file):
            return asyncio.run(self._tell(wanted(slug=slug)))

    def _taken(self) -> str | None:
        """List the stories; where somebody types, return the slug of the one they take."""
        stories = listing.shelf(self._house.paths, self._house.config.language)
        if self._talks:
            return listing.asked(stories, sys.stdin, sys.stdout)
        if self._as_json:
            listing.as_objects(stories, sys.stdout)
        else:
            listing.in_words(stories, sys.stdout)
        return None

    def _teller(self, slug: str) -> Teller:
        is_placement = slug.startswith(PLACEMENT)
        if self._as_json:
            return (PlacementObjects if is_placement else JsonTeller)(sys.stdout)
        kind = PlacementTeller if is_placement else Teller
        return kind(sys.stdout, talks=self._talks)

    async def _tell(self, wanted: Wanted) -> int:
        loop = asyncio.get_running_loop()
        teller = self._teller(wanted.slug)
        hearing = _Hearing(teller)

        def pass_on(event: Event) -> None:
            with suppress(RuntimeError):  # the loop is closed: it is too late
                loop.call_soon_threadsafe(hearing.hear, event)

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, hearing.stop)
        try:
            return await self._tell_to(hearing, await self._house.open(pass_on), wanted)
        except (KahaniError, StoreError, OSError) as error:
            teller.failed(str(error))
            raise
        except asyncio.CancelledError:
            if not hearing.is_stopped:
                raise
            return EXIT_INTERRUPTED
        finally:
            await self._house.close()

    async def _tell_to(
        self, hearing: _Hearing, controller: PlaybackController, wanted: Wanted
    ) -> int:
        """Open the story and tell it to its end. Raises CancelledError where that is stopped."""
        teller = hearing.teller
        Stopping(controller).heed()
        for notice in self._house.notices:
            teller.noticed(Notice(notice, Severity.WARNING))
        player = PlainPlayer(
            controller, teller, self._answers, self._house.clock, stays=self._talks
        )
        hearing.begin(player)
        if isinstance(teller, OfPlacement):
            teller.controller = controller
        player.listen()
        await controller.open(
            wanted.slug,
            language=wanted.language,
            mix=wanted.mix,
            node_key=wanted.node_key,
            restart=wanted.restart,
        )
        code = await player.play()
        if isinstance(teller, OfPlacement):
            teller.believes()
        return code


class _Hearing:
    """Takes in what comes from elsewhere than the controller: notices before and after playing."""

    def __init__(self, teller: Teller) -> None:
        self.teller = teller
        self.is_stopped = False
        self._player: PlainPlayer | None = None
        self._early: list[Event] = []

    def hear(self, event: Event) -> None:
        """Take in an event; how it stands with PostgreSQL, or a wish to leave, is the player's."""
        if isinstance(event, Notice):
            self.teller.noticed(event)
        elif isinstance(event, LeaveRequested | SyncChanged):
            (self._early.append if self._player is None else self._player.hear)(event)

    def begin(self, player: PlainPlayer) -> None:
        """Let a player have what came before it, and what comes."""
        for event in self._early:
            player.hear(event)
        self._player = player
        if self.is_stopped:
            player.stop()

    def stop(self) -> None:
        """Save and leave, as soon as there is a player."""
        self.is_stopped = True
        if self._player is not None:
            self._player.stop()


def _write_whatever_comes(*, as_json: bool) -> None:
    """Let no letter that the terminal does not know stop a story; programs read UTF-8."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8" if as_json else None, errors="replace")
