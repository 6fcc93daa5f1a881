"""Actions on the sound: play, lines, speed, volume, and how passages follow each other."""

from __future__ import annotations

from typing import Final

from player.tui.screens.listening.parts import ListeningParts

SPEED_STEP: Final = 0.1


class SoundActions(ListeningParts):
    """What a listener does to the sound."""

    def action_play_pause(self) -> None:
        """Play or pause; go on after a passage; after an ending, hear it again."""
        self._wish(lambda c: c.toggle())

    def action_seek(self, seconds: int) -> None:
        """Go forward or back in the clip."""
        self._wish(lambda c: c.seek_by(1000 * seconds))

    def action_previous_line(self) -> None:
        """Go to the line before."""
        self._wish(lambda c: c.previous_line())

    def action_next_line(self) -> None:
        """Go to the next line."""
        self._wish(lambda c: c.next_line())

    def action_replay(self) -> None:
        """Hear this line again."""
        self._wish(lambda c: c.replay_line())

    def action_replay_slowly(self) -> None:
        """Hear this line again slowly, less slowly, then at speed."""
        self._situation.hear_slowly()
        self._wish(lambda c: c.replay_slowly())

    def action_pause_after_line(self) -> None:
        """Pause after each line, or no longer."""
        is_wanted = not self._situation.pause_after_line
        self._wish(lambda c: c.set_habits(pause_after_line=is_wanted))

    def action_auto_play(self) -> None:
        """Let passages follow each other by themselves, or wait after each."""
        is_wanted = not self._situation.auto_play
        self._wish(lambda c: c.set_habits(auto_play=is_wanted))

    def action_back(self) -> None:
        """Step back one passage."""
        self._wish(lambda c: c.back())

    def action_forward(self) -> None:
        """Step forward one passage."""
        self._wish(lambda c: c.forward())

    def action_speed(self, step: int) -> None:
        """Hear slower (-1), faster (1) or as recorded (0)."""
        own = self._situation.leave_slow()
        speed = own + SPEED_STEP * step if step else 1.0
        self._wish(lambda c: c.set_speed(round(speed, 1)))

    def action_volume(self, step: int) -> None:
        """Hear louder or softer."""
        if (controller := self._wishes.controller) is not None:
            controller.deck.set_volume(controller.deck.volume + step)

    def action_mute(self) -> None:
        """Fall mute, or sound again."""
        if (controller := self._wishes.controller) is not None:
            controller.deck.toggle_mute()
