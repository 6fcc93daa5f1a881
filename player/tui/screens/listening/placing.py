"""A placement on the listening screen: what is heard is read only after the answer was given."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

from textual import getters

from player.events import (
    ChoiceAwaited,
    ChoiceTaken,
    Event,
    NodeEntered,
    PlaybackChanged,
    StoryOpened,
)
from player.languages import language_name
from player.learner.recounting import told
from player.story.graph import Story
from player.story.placements import (
    NOTHING_FOUND,
    Stretch,
    chosen_in_english,
    in_english,
    language_of,
    not_counted,
    stretch,
)
from player.tui.screens.listening.parts import ListeningParts
from player.tui.widgets.placement_end import PlacementEnd
from player.tui.workers import begin

OFFERED: Final = frozenset(
    {
        "play_pause",
        "take",
        "choose",
        "move",
        "replay",
        "previous_line",
        "next_line",
        "seek",
        "forward",
        "volume",
        "mute",
    }
)
"""What can be done in a placement: whatever helps with the words would be in its way."""


class PlacingActions(ListeningParts):
    """What is other than in a story; nothing where a story is heard."""

    placement_end = getters.query_one(PlacementEnd)

    @property
    def is_placement(self) -> bool:
        """Whether a placement is being heard."""
        return self._placement is not None

    @property
    def _placement(self) -> Story | None:
        controller = self._wishes.controller
        session = controller.session if controller else None
        return session.story if session and session.story.is_placement else None

    @property
    def _stretch(self) -> Stretch | None:
        controller, story = self._wishes.controller, self._placement
        session = controller.session if controller else None
        return stretch(story, session.state) if story and session else None

    @property
    def progress(self) -> str:
        """How far the placement is, in words; empty in a story, and after the last clip."""
        far = self._stretch
        return f"{far.number} of {far.total}" if far else ""

    @property
    def _heading(self) -> str:
        """What stands above a placement; empty in a story, which has a title."""
        story = self._placement
        return f"Find your level: {language_name(language_of(story.slug))}" if story else ""

    def action_done(self) -> None:
        """Go on after the end of a placement: to the story that was wanted, or the library."""
        begin(self, partial(self.app.run_action, "library"), group="wishes")

    def _as_heard(self, event: Event) -> Event:
        """Return an event as it is to be shown: of a placement in English, without a verdict."""
        if isinstance(event, StoryOpened | NodeEntered):
            self.placement_end.go_on()
            self.transcript.is_placement = self.is_placement
        if (story := self._placement) is None:
            return event
        match event:
            case NodeEntered():
                node = story.nodes[event.passage.node_id]
                return replace(event, options=in_english(node, event.options))
            case PlaybackChanged() if self.transcript.manuscript.is_veiled:
                self._veil_anew()
            case ChoiceAwaited(options) if self._passage is not None:
                return ChoiceAwaited(in_english(story.nodes[self._passage.node_id], options))
            case ChoiceTaken():
                words = chosen_in_english(story, event.node_id, event.key) or event.text
                words += "" if event.is_counted else not_counted(event.days_ago)
                return replace(event, text=words, correct=None, share=None)
        return event

    def _veil_anew(self) -> None:
        """Say again what is to be done; what was read stays, also while the next is on its way."""
        if self._passage is not None and (veil := self._veil()):
            depth = len(self.transcript.manuscript)
            self.transcript.enter(self._passage, depth, veil=veil)

    def _veil(self) -> str:
        """Return what stands in the place of the words of a clip until it was answered."""
        if not (progress := self.progress):
            return ""
        controller = self._wishes.controller
        if controller is not None and controller.deck.is_lost:
            again = self._key_of("listening.replay")
            return f"Clip {progress} cannot be heard, so no answer to it counts. {again}: try again"
        return f"Clip {progress}: just listen. The words come after your answer."

    def _end_placement(self) -> None:
        """Show what is believed after the last answer."""
        controller, story = self._wishes.controller, self._placement
        if controller is None or story is None:
            return
        language = language_of(story.slug)
        belief = controller.adapting.state.beliefs.get(language)
        is_known = belief is not None and belief.points > 0
        sentence = told(belief, language_name(language)) if belief and is_known else NOTHING_FOUND
        way = "to your story" if self._wishes.story_after else "back to the library"
        self.placement_end.end(sentence, way)

    def _is_offered(self, action: str) -> bool:
        """Return whether something can be done, as far as it is a placement that is heard."""
        is_ended = self._situation.is_ended
        if not self.is_placement:
            return action != "done"
        return action == "done" if is_ended else action in OFFERED
