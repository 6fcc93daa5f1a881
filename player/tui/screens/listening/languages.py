"""Actions on what is spoken: the language, the share of English, and taking a change back."""

from __future__ import annotations

from typing import Final

from player.events import Event, SwitchDropped, SwitchPlanned, VariantChanged
from player.tui import wording
from player.tui.screens.listening.parts import ListeningParts

WHY_SECONDS: Final = 6
"""A reason is longer than a fact, and may be taken back."""


class LanguageActions(ListeningParts):
    """What a listener changes in mid-story, announced and undoable."""

    def action_language(self) -> None:
        """Hear the story in its next language."""
        self._wish(lambda c: c.next_language())

    def action_mix(self, rungs: int) -> None:
        """Hear more (1) or less (-1) English."""
        self._wish(lambda c: c.change_mix(rungs))

    def action_rung(self, index: int) -> None:
        """Hear the rung of the fader that was clicked."""
        if 0 <= index < len(self.fader.rungs):
            rung = self.fader.rungs[index]
            self._wish(lambda c: c.hear(rung.language, rung.mix))

    def action_undo_switch(self) -> None:
        """Take back the change that is planned, else the last one."""
        self._wish(lambda c: c.undo_switch())

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
