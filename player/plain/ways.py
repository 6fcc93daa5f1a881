"""What those who do the commands have in common: the ways to change and to tell."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from player.controller import PlaybackController
from player.errors import UsageError
from player.plain.asking import Asking
from player.plain.remarks import Remark
from player.plain.standing import Standing
from player.plain.tellers import Teller
from player.plain.telling import Telling
from player.session import Session

Act: TypeAlias = Callable[[str], Awaitable[None]]
"""Does a command; what followed it is handed in. Raises UsageError with a sentence."""


@dataclass(frozen=True, slots=True)
class Ways:
    """The controller to wish of, and those who tell what came of it."""

    controller: PlaybackController
    teller: Teller
    telling: Telling
    asking: Asking
    standing: Standing

    @property
    def session(self) -> Session:
        """The story being heard. Raises UsageError before there is one."""
        self.refuse_without_story()
        assert self.controller.session is not None
        return self.controller.session

    def refuse_without_story(self) -> None:
        """Raise UsageError before there is a story."""
        if self.controller.session is None:
            raise UsageError("the story has not begun.")

    def say(self, remark: Remark | None) -> None:
        """Tell a remark, where there is one."""
        if remark is not None:
            self.teller.remark(remark)
