"""Actions on what is spoken: the language, the share of English, and taking a change back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from player.events import Event, SwitchDropped, SwitchPlanned, VariantChanged
from player.tui import wording
from player.tui.screens.listening.parts import ListeningParts

if TYPE_CHECKING:
    from player.controller import PlaybackController

WHY_SECONDS: Final = 6
"""A reason is longer than a fact, and may be taken back."""

MOST: Final = "This is the most English that there is."
LEAST: Final = "This is the least English that there is."
NOTHING: Final = "There is no change to take back."


class LanguageActions(ListeningParts):
    """What a listener changes in mid-story, announced and undoable."""

    def action_language(self) -> None:
        """Hear the story in its next language."""
        self._wish(lambda c: c.next_language())

    def action_mix(self, rungs: int) -> None:
        """Hear more (1) or less (-1) English."""
        edge = self.fader.rungs[-1 if rungs > 0 else 0]
        if edge == (self._situation.planned or self._situation.variant):
            self._say(MOST if rungs > 0 else LEAST)
            return
        self._wish(lambda c: c.change_mix(rungs))

    def action_rung(self, index: int) -> None:
        """Hear the rung of the fader that was clicked."""
        if 0 <= index < len(self.fader.rungs):
            rung = self.fader.rungs[index]
            self._wish(lambda c: c.hear(rung.language, rung.mix))

    def action_undo_switch(self) -> None:
        """Take back the change that is planned, else the last one."""
        self._wish(self._undo)

    async def _undo(self, controller: PlaybackController) -> None:
        before = _heard(controller)
        await controller.undo_switch()
        if _heard(controller) == before:
            self._say(NOTHING)

    def _announce(self, event: Event) -> None:
        """Say once what language is heard, or will be."""
        match event:
            case SwitchPlanned(language, mix):
                self._say(f"{wording.variant(language, mix)} from the next line.{self._way_back}")
            case SwitchDropped():
                now = self._situation.variant
                self._say(f"It stays {wording.variant(now.language, now.mix)}.")
            case VariantChanged(why=why) if why:
                self._say(f"{why}{self._way_back}", WHY_SECONDS)
            case VariantChanged(language, mix):
                self._say(f"Now in {wording.variant(language, mix)}.")
            case _:
                pass

    @property
    def _way_back(self) -> str:
        undo = self._key_of("listening.undo-switch")
        return f" {undo} takes it back." if undo else ""

    def _settle_fader(self) -> None:
        controller, now = self._wishes.controller, self._situation
        session = controller.session if controller else None
        is_story = session is not None and not session.story.is_placement
        self.fader.display = is_story
        self.fader.rungs = session.speaks if session and is_story else ()
        self.fader.here = now.variant if session else None
        self.fader.planned = now.planned
        now.is_adapting = controller is not None and controller.adapting.is_on
        self.fader.held = now.hold


def _heard(controller: PlaybackController) -> tuple[object, ...]:
    """Return what taking a change back would change: the story, what is heard, what is planned."""
    session = controller.session
    return session, session.variant if session else None, controller.planned
