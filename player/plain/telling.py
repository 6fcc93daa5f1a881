"""The passage being told: which of its lines were, and what is told with each."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from player.audio.clock import Clock, TimerHandle
from player.audio.output import PlaybackState
from player.controller import PlaybackController
from player.errors import UsageError
from player.plain import remarks
from player.plain.remarks import Remark
from player.plain.tellers import Teller
from player.story.lines import line_at
from player.story.passages import Passage

TICK_SECONDS: Final = 0.1


class Telling:
    """Tells each line when it begins to be heard, from `start` to `stop`.

    `is_shown` says whether lines are written at all, `with_translation` and `with_roman` what is
    told after each.
    """

    def __init__(self, controller: PlaybackController, teller: Teller, clock: Clock) -> None:
        self._controller = controller
        self._teller = teller
        self._clock = clock
        self._timer: TimerHandle | None = None
        self._passage: Passage | None = None
        self._told = 0
        self.is_shown = True
        self.with_translation = False
        self.with_roman = False

    @property
    def passage(self) -> Passage:
        """The passage being told. Raises UsageError before there is one."""
        if self._passage is None:
            raise UsageError("the story has not begun.")
        return self._passage

    @property
    def index(self) -> int:
        """The line being heard, from 0. Raises UsageError where there is none."""
        if not self.passage.lines:
            raise UsageError("nothing is said here.")
        return line_at(self.passage.lines, self._controller.position_ms())

    def is_at(self, node_id: UUID) -> bool:
        """Return whether this node is being told."""
        return self._passage is not None and self._passage.node_id == node_id

    def start(self) -> None:
        """Begin to look where the listener is."""
        self._timer = self._clock.call_at(self._clock.now() + TICK_SECONDS, self._on_time)

    def stop(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def enter(self, passage: Passage, start_ms: int) -> None:
        """Tell `passage` from now on; what lies before `start_ms` is not heard, so not told."""
        self._passage = passage
        self._told = index = max(0, line_at(passage.lines, start_ms))
        self._tell_until(min(index + 1, len(passage.lines)))

    def jump(self, position_ms: int, *, is_told: bool) -> None:
        """Tell on from the line at `position_ms`: once more where it is heard again.

        Unless `is_told`, that line counts as told.
        """
        if self._passage is None or not self._passage.lines:
            return
        index = line_at(self._passage.lines, position_ms)
        is_at_start = position_ms <= self._passage.lines[index].start_ms
        if is_at_start or index != self._told - 1:
            self._told = index if is_told else index + 1
        self._tell_until(index + 1)

    def rest(self) -> None:
        """Tell the lines that are left: the passage was heard to its end."""
        if self._passage is not None:
            self._tell_until(len(self._passage.lines))

    def _on_time(self) -> None:
        """Tell the line that is heard now; where the sound is held, the next is not heard yet."""
        self.start()
        is_held = self._controller.deck.state is PlaybackState.PAUSED
        if self._passage is not None and self._passage.lines and not is_held:
            self._tell_until(self.index + 1)

    def _tell_until(self, count: int) -> None:
        while self._told < count:
            self._tell(self.passage, self._told)
            self._told += 1

    def _tell(self, passage: Passage, index: int) -> None:
        if self.is_shown:
            self._teller.line(passage, index)
        if self.with_roman:
            self._say(remarks.romanisation(passage, index))
        is_whole = len(passage.translation) != len(passage.lines)
        if self.with_translation and (index == 0 or not is_whole):
            self._say(remarks.translation(passage, index, is_each=True))

    def _say(self, remark: Remark | None) -> None:
        if remark is not None:
            self._teller.remark(remark)
