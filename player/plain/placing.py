"""A placement without a screen: each clip is heard first, and read once it was answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, TextIO

from player.audio.silent import SILENT
from player.controller import PlaybackController
from player.events import ChoiceTaken, NodeEntered, StoryFinished, StoryOpened
from player.languages import language_name
from player.learner.recounting import told
from player.plain.objects import JsonTeller, spoken
from player.plain.remarks import Remark
from player.plain.tellers import Teller
from player.playback.running import NO_AUDIO, NO_SOUND
from player.session import Session
from player.story.passages import Option, Passage
from player.story.placements import (
    NOTHING_FOUND,
    Stretch,
    chosen_in_english,
    in_english,
    language_of,
    not_counted,
    stretch,
)

WORDS: Final = ("translation", "romanisation", "line", "bookmarks")
"""Remarks that tell what is said in a clip."""
UNHEARD: Final = (NO_AUDIO, NO_SOUND, SILENT)
"""How a clip sounds of which nothing is heard."""
AFTERWARDS: Final = "Its words are told after your answer."


class OfPlacement(Teller):
    """Knows of a placement what may not be told before each answer.

    `controller` is whose session is heard; None until it is open.
    """

    def __init__(self, out: TextIO, *, talks: bool = False) -> None:
        super().__init__(out, talks=talks)
        self.controller: PlaybackController | None = None
        self._unread: Passage | None = None
        self._lost: Passage | None = None

    def believes(self) -> None:
        """Tell what is believed by now, where anything is."""
        if self.controller is not None and (session := self._session):
            language = language_of(session.story.slug)
            belief = self.controller.adapting.state.beliefs.get(language)
            points = belief.points if belief else 0
            words = told(belief, language_name(language)) if belief and points else NOTHING_FOUND
            self._believed(language, words, points)

    def sounds(self, how: str) -> None:
        """Tell, once a clip, that no answer to it counts as nothing of it is heard."""
        session, clip = self._session, self._unread
        if session is None or clip is None or clip.node_id != session.node.id:
            return
        was_lost, self._lost = self._lost, clip if how in UNHEARD else None
        far = stretch(session.story, session.state)
        if far is not None and self._lost is not None and self._lost is not was_lost:
            self._cannot_be_heard(clip, far)

    def _cannot_be_heard(self, clip: Passage, far: Stretch) -> None:
        """Tell that a clip is not heard."""

    def _sounds_now(self) -> None:
        """Tell how a clip sounds that was lost before it was entered."""
        if self.controller is not None:
            self.sounds(self.controller.deck.reason)

    def _believed(self, language: str, words: str, points: int) -> None:
        """Tell what is believed of a language."""

    def _begin(self, event: NodeEntered) -> Stretch | None:
        """Return how far the placement is, and keep its words where something is asked."""
        session = self._session
        far = stretch(session.story, session.state) if session else None
        self._unread = event.passage if far else None
        return far

    def _in_english(self, options: Sequence[Option]) -> Sequence[Option]:
        session = self._session
        return in_english(session.node, options) if session else options

    def _chosen(self, event: ChoiceTaken) -> str:
        session = self._session
        words = chosen_in_english(session.story, event.node_id, event.key) if session else ""
        return words or event.text

    @property
    def _session(self) -> Session | None:
        return self.controller.session if self.controller else None


class PlacementObjects(OfPlacement, JsonTeller):
    """Writes a placement as objects, the words of a question with its answer."""

    def entered(self, event: NodeEntered) -> None:
        """Write a `node` object, without its words where something is asked."""
        if self._begin(event) is None:
            super().entered(event)
            return
        options = tuple(self._in_english(event.options))
        self._node(replace(event, options=options), text="", lines=[], withheld=True)
        self._sounds_now()

    def asked(self, options: Sequence[Option], notes: Sequence[str] = ()) -> None:
        """Write an `asked` object, in English."""
        super().asked(self._in_english(options), notes)

    def taken(self, event: ChoiceTaken) -> None:
        """Write a `choice` object, with what was heard."""
        heard, self._unread = self._unread, None
        words = heard and {**spoken(heard), "translation": heard.translation}
        self._choice(replace(event, text=self._chosen(event)), heard=words)

    def remark(self, remark: Remark) -> None:
        """Write an object with the facts, but no words of a clip that is to be answered."""
        if self._unread is not None and remark.event in WORDS:
            self.refused(AFTERWARDS)
        else:
            super().remark(remark)

    def _cannot_be_heard(self, clip: Passage, far: Stretch) -> None:
        self._write("unheard", node=clip.key, number=far.number, total=far.total)

    def _believed(self, language: str, words: str, points: int) -> None:
        self._write("believed", language=language, sentence=words, points=points)


class PlacementTeller(OfPlacement):
    """Tells of a placement what may be told before each answer, and of a story everything."""

    def opened(self, event: StoryOpened) -> None:
        """Tell what is asked for."""
        super().opened(event)
        self._say("Listen to each clip, then choose an answer. Its words are told after that.")

    def entered(self, event: NodeEntered) -> None:
        """Tell how many clips there are to hear, where something is asked."""
        if far := self._begin(event):
            self._say(f"\nClip {far.number} of {far.total}.")
            self._sounds_now()
        else:
            super().entered(event)

    def line(self, passage: Passage, index: int) -> None:
        """Tell one line as it is heard, where nothing is asked about it."""
        if passage is not self._unread:
            super().line(passage, index)

    def asked(self, options: Sequence[Option], notes: Sequence[str] = ()) -> None:  # noqa: ARG002 - none helps here
        """Tell the choices in English, numbered."""
        super().asked(self._in_english(options))

    def taken(self, event: ChoiceTaken) -> None:
        """Tell what was heard, and which choice was taken."""
        heard, self._unread = self._unread, None
        if heard is not None:
            self._say(f"You heard: {heard.text}")
        note = "" if event.is_counted else not_counted(event.days_ago)
        self._say(f"You chose: {self._chosen(event)}{note}")

    def finished(self, event: StoryFinished, *, can_rate: bool) -> None:  # noqa: ARG002 - no story
        """Tell that the placement is over."""
        self._say("\nThank you. That is all.")
        if self._talks:
            self._say("Press enter to leave.")

    def remark(self, remark: Remark) -> None:
        """Tell the effect of a command, but no words of a clip that is to be answered."""
        if self._unread is not None and remark.event in WORDS:
            self._say(AFTERWARDS)
        else:
            super().remark(remark)

    def _cannot_be_heard(self, clip: Passage, far: Stretch) -> None:  # noqa: ARG002 - no words of it
        again = " Type r to try again." if self._talks else ""
        self._say(f"Clip {far.number} cannot be heard, so no answer to it counts.{again}")

    def _believed(self, language: str, words: str, points: int) -> None:  # noqa: ARG002 - in the words
        self._say(words)
