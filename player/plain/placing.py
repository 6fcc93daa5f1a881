"""A placement line by line: each clip is heard first, and read once it was answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TextIO

from player.controller import PlaybackController
from player.events import ChoiceTaken, NodeEntered, StoryFinished, StoryOpened
from player.languages import language_name
from player.learner.recounting import told
from player.plain.remarks import Remark
from player.plain.tellers import Teller
from player.session import Session
from player.story.passages import Option, Passage
from player.story.placements import (
    NOTHING_FOUND,
    chosen_in_english,
    in_english,
    language_of,
    not_counted,
    stretch,
)

WORDS: Final = ("translation", "romanisation", "line")
"""Remarks that tell what is said in a clip."""


class PlacementTeller(Teller):
    """Tells of a placement what may be told before each answer, and of a story everything.

    `controller` is whose session is heard; None until it is open.
    """

    def __init__(self, out: TextIO, *, talks: bool = False) -> None:
        super().__init__(out, talks=talks)
        self.controller: PlaybackController | None = None
        self._unread: Passage | None = None

    def opened(self, event: StoryOpened) -> None:
        """Tell what is asked for."""
        super().opened(event)
        self._say("Listen to each clip, then choose an answer. Its words are told after that.")

    def entered(self, event: NodeEntered) -> None:
        """Tell how many clips there are to hear, where something is asked."""
        session = self._session
        far = stretch(session.story, session.state) if session else None
        self._unread = event.passage if far else None
        if far:
            self._say(f"\nClip {far.number} of {far.total}.")
        else:
            super().entered(event)

    def line(self, passage: Passage, index: int) -> None:
        """Tell one line as it is heard, where nothing is asked about it."""
        if passage is not self._unread:
            super().line(passage, index)

    def asked(self, options: Sequence[Option], notes: Sequence[str] = ()) -> None:  # noqa: ARG002 - none helps here
        """Tell the choices in English, numbered."""
        session = self._session
        super().asked(in_english(session.node, options) if session else options)

    def taken(self, event: ChoiceTaken) -> None:
        """Tell what was heard, and which choice was taken."""
        session, heard = self._session, self._unread
        if heard is not None:
            self._say(f"You heard: {heard.text}")
            self._unread = None
        words = chosen_in_english(session.story, event.node_id, event.key) if session else ""
        note = "" if event.is_counted else not_counted(event.days_ago)
        self._say(f"You chose: {words or event.text}{note}")

    def finished(self, event: StoryFinished, *, can_rate: bool) -> None:  # noqa: ARG002 - no story
        """Tell that the placement is over."""
        self._say("\nThank you. That is all.")
        if self._talks:
            self._say("Press enter to leave.")

    def believes(self) -> None:
        """Tell what is believed by now, where anything is."""
        if self.controller is not None and (session := self._session):
            language = language_of(session.story.slug)
            belief = self.controller.adapting.state.beliefs.get(language)
            if belief is None or not belief.points:
                self._say(NOTHING_FOUND)
            else:
                self._say(told(belief, language_name(language)))

    def remark(self, remark: Remark) -> None:
        """Tell the effect of a command, but no words of a clip that is to be answered."""
        if self._unread is not None and remark.event in WORDS:
            self._say("Its words are told after your answer.")
        else:
            super().remark(remark)

    @property
    def _session(self) -> Session | None:
        return self.controller.session if self.controller else None
