"""The plain mode: a story line by line, for screen readers, pipes and programs."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import TypeAlias

from db.errors import StoreError
from player.audio.clock import Clock
from player.audio.output import PlaybackState
from player.controller import PlaybackController
from player.errors import EXIT_INTERRUPTED, EXIT_OK, KahaniError, UsageError
from player.events import Event, HabitsChanged, LeaveRequested, StoryFinished
from player.plain import remarks
from player.plain.answers import Answers
from player.plain.asking import Asking
from player.plain.commands import COMMANDS, QUIT, Order, is_answer, parse
from player.plain.levels import LevelOrders
from player.plain.manual import manual, unknown
from player.plain.places import PlaceOrders
from player.plain.reporting import Report
from player.plain.sound import SoundOrders
from player.plain.standing import Standing
from player.plain.tellers import Teller
from player.plain.telling import Telling
from player.plain.ways import Act, Ways
from player.plain.words import WordOrders


@dataclass(frozen=True, slots=True)
class Typed:
    """A line that was typed, given ahead or piped in; None: there will be no more."""

    line: str | None


@dataclass(frozen=True, slots=True)
class Stopped:
    """Save and leave, whatever is being waited for."""


Happening: TypeAlias = Event | Typed | Stopped


class PlainPlayer:
    """Plays one story to its end, or to the last answer, through a teller.

    Where somebody types, each line is done at once. Lines of a pipe are done in their order, and
    one that could answer a choice of the story waits for the next choice; so do answers given
    ahead, which are never commands. With `stays` the end of the story is not the end of the talk.
    """

    def __init__(
        self,
        controller: PlaybackController,
        teller: Teller,
        answers: Answers,
        clock: Clock,
        *,
        stays: bool = False,
    ) -> None:
        self._controller = controller
        self._teller = teller
        self._answers = answers
        self._stays = stays
        self._happenings: asyncio.Queue[Happening] = asyncio.Queue()
        self._lines: deque[str] = deque()
        self._is_last = False
        self._code: int | None = None
        self._now = Standing()
        self._telling = Telling(controller, teller, clock)
        self._asking = Asking(controller, teller, self._telling)
        self._report = Report(
            teller, self._telling, self._asking, self._now, can_rate=lambda: controller.can_rate
        )
        self._acts: dict[str, Act] = {
            "help": self._help,
            "quit": self._quit,
            "choices": self._ask_again,
        }
        ways = Ways(controller, teller, self._telling, self._asking, self._now)
        for orders in (SoundOrders(ways), WordOrders(ways), PlaceOrders(ways), LevelOrders(ways)):
            self._acts.update(orders.acts)
        controller.listen(self._happenings.put_nowait)

    def listen(self) -> None:
        """Take lines from now on; a story that is opened later finds the first ones waiting."""
        self._answers.start(lambda line: self._happenings.put_nowait(Typed(line)))

    def stop(self) -> None:
        """Save and leave, whatever is being waited for; who opens a story is cancelled."""
        self._happenings.put_nowait(Stopped())
        self._controller.break_off()

    def hear(self, event: Event) -> None:
        """Take in an event that comes from elsewhere than the controller."""
        self._happenings.put_nowait(event)

    async def play(self) -> int:
        """Tell the story that was opened until it ends; return the exit code. After `listen`.

        Raises UsageError when an answer given ahead cannot be taken, or none is left.
        """
        deck = self._controller.deck
        self._now.speed, self._now.volume = deck.speed, deck.volume
        if not self._answers.is_live:
            habits = self._controller.habits
            self._now.habits = HabitsChanged(habits.auto_play, habits.pause_after_line)
        self._telling.start()
        try:
            while self._code is None:
                if not self._happenings.empty():
                    self._take(self._happenings.get_nowait())
                elif self._lines and not self._must_wait(self._lines[0]):
                    await self._do(self._lines.popleft())
                elif self._goes_on_alone():
                    await self._controller.toggle(is_on=True)
                elif not self._is_over():
                    self._take(await self._happenings.get())
            return self._code
        finally:
            self._telling.stop()

    def _take(self, happening: Happening) -> None:
        match happening:
            case Stopped():
                self._code = EXIT_INTERRUPTED
            case Typed(line):
                self._take_line(line)
            case LeaveRequested():
                self._leave()
            case _:
                self._report.tell(happening)
                if isinstance(happening, StoryFinished) and not self._stays:
                    self._code = EXIT_OK

    def _take_line(self, line: str | None) -> None:
        if line is None:
            self._is_last = True
        elif line or self._answers.is_live:  # an empty line means something from a hand alone
            self._lines.append(line)

    def _must_wait(self, line: str) -> bool:
        """Return whether a line that nobody types now is for a choice that has not come."""
        if self._answers.is_live or self._now.asked:
            return False
        return self._answers.are_given or is_answer(line, self._keys())

    def _keys(self) -> set[str]:
        """Return every choice key of the story."""
        session = self._controller.session
        nodes = session.story.nodes.values() if session else ()
        return {choice.key for node in nodes for choice in node.choices if choice.is_shown}

    def _goes_on_alone(self) -> bool:
        """Return whether a listener is waited for between passages or lines who will not come."""
        is_waited_for = self._now.is_waiting or self._now.is_line_heard
        return is_waited_for and self._is_last and not self._answers.is_live

    def _is_over(self) -> bool:
        """Leave where no line is left that could lead on; return whether that is so.

        Raises UsageError where a choice waits for an answer that was to be given ahead.
        """
        if not self._is_last or self._lines:
            return False
        if self._now.asked and not self._answers.is_live:
            raise UsageError(
                f"no answer is left for the choice at {self._telling.passage.key!r};"
                " give one more with --choices. The place is saved."
            )
        is_held = self._now.playback is PlaybackState.PAUSED and not self._now.is_line_heard
        if self._answers.is_live or is_held:
            self._leave()
        return self._code is not None

    async def _do(self, line: str) -> None:
        """Do what a line says; where it cannot be done, say why."""
        try:
            if (key := self._answered(line)) is not None:
                await self._controller.choose(key)
            elif not line:
                await self._press_enter()
            elif order := parse(line):
                await self._obey(order)
            else:
                raise UsageError(unknown(line, len(self._now.asked)))
        except (KahaniError, StoreError) as error:
            if self._answers.are_given:
                raise
            self._teller.refused(error)

    def _answered(self, line: str) -> str | None:
        """Return the key of the choice that a line takes; None where it is a command."""
        options = self._now.options
        if line.isdecimal():
            if not options:
                raise UsageError("nothing is asked here.")
            number = int(line)
            return options[number - 1].key if 0 < number <= len(options) else line
        if line.casefold() == QUIT:
            return None
        if any(line.casefold() == option.key.casefold() for option in options):
            return line if self._now.asked or parse(line) is None else None
        return line if self._answers.are_given else None

    async def _obey(self, order: Order) -> None:
        if order.argument and not COMMANDS[order.word].takes:
            raise UsageError(f"nothing may follow {order.word}, so {order.argument!r} may not.")
        await self._acts[order.word](order.argument)

    async def _press_enter(self) -> None:
        """Do what an empty line means: pause or play on; at a choice, hear it again; or leave."""
        if self._now.is_ended:
            self._leave()
        elif self._now.asked:
            await self._ask_again()
        else:
            await self._controller.toggle()

    async def _ask_again(self, _: str = "") -> None:
        if not self._now.options:
            raise UsageError("nothing is asked here.")
        self._asking.ask(self._now.options, self._now.ready)

    async def _help(self, about: str) -> None:
        self._teller.remark(manual(about))

    async def _quit(self, _: str = "") -> None:
        self._leave()

    def _leave(self) -> None:
        self._teller.remark(remarks.left())
        self._code = EXIT_OK
