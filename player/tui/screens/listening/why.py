"""Actions on what kahani chooses: why this mix, keeping it, and how the story was."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from player.tui.screens.listening.languages import LanguageActions

if TYPE_CHECKING:
    from player.controller import PlaybackController
    from player.playback.adapting import Why
    from player.tui.screens.why import Answer, WhyScreen

FELT = ("easy", "right", "hard")
"""How a story may have been, in the order of the end panel."""


class WhyActions(LanguageActions):
    """Why it is heard so, and what the listener says to that."""

    _why: WhyScreen | None = None

    def action_why(self) -> None:
        """Tell why the story is heard in this mix; the sound goes on."""
        from player.tui.screens.why import WhyScreen  # noqa: PLC0415 - made by its key

        if (why := self._reason()) is None:
            self._say("The story is still opening.")
            return
        self.app.clear_notifications()  # what was just told would lie on the reason
        self.query("ToastHolder").remove()  # Textual leaves them, a row high each
        self._why = WhyScreen(why, self._situation.variant, is_set=self._is_set)
        self.app.push_screen(self._why, self._answer_why)

    @property
    def may_rate(self) -> bool:
        """Whether to ask how the story was: where kahani goes by the answer."""
        controller = self._wishes.controller
        if controller is None or controller.session is None or not controller.can_rate:
            return False
        adapting = controller.adapting
        return adapting.is_on and adapting.rung(controller.session) is not None

    @property
    def _is_set(self) -> bool:
        """Whether the settings hold the mix."""
        controller = self._wishes.controller
        return controller is not None and controller.adapting.usual_mix is not None

    def _settle_why(self) -> None:
        """Show in the dialog, where it is open, how things stand now."""
        if self._why is not None and (why := self._reason()) is not None:
            self._why.follow(why, self._situation.variant, is_set=self._is_set)

    def _reason(self) -> Why | None:
        """Return why it is heard so; what is only planned is the last change that was made."""
        controller, now = self._wishes.controller, self._situation
        why = controller.adapting.why() if controller else None
        return replace(why, before=now.variant) if why and now.planned else why

    async def _answer_why(self, answer: Answer | None) -> None:
        from player.tui.screens.why import Answer  # noqa: PLC0415 - the dialog was open

        self._why = None
        match answer:
            case Answer.PIN:
                self._wish(self._pin)
            case Answer.UNPIN:
                self._wish(self._unpin)
            case Answer.UNDO:
                self._wish(lambda c: c.undo_switch())
            case Answer.SETTINGS:
                await self.run_action("app.settings")
            case None:
                pass

    async def _pin(self, controller: PlaybackController) -> None:
        await controller.pin()

    async def _unpin(self, controller: PlaybackController) -> None:
        await controller.unpin()

    def _rate(self, number: int) -> None:
        """Say how the story was: 1 too easy, 2 right, 3 too hard."""
        felt = FELT[number - 1]
        self._wish(lambda c: c.rate(felt))
