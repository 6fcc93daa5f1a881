"""Looking ahead: from where the story stands to the clips that may be wanted next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from player.audio.prefetch import Candidate
from player.deck import Deck
from player.session import Session
from player.story.foreseeing import foresee
from player.story.walking import clip_for


class LookAhead:
    """Has the deck get ready what comes next, the way that is mostly taken first.

    `choices` counts how often each choice, by its id, was taken before this sitting.
    """

    def __init__(self, session: Session, deck: Deck, choices: Mapping[UUID, int]) -> None:
        self._session = session
        self._deck = deck
        self._choices = Counter(choices)

    def taken(self, choice_id: UUID) -> None:
        """Note that a choice was taken once more."""
        self._choices[choice_id] += 1

    async def get_ready(self) -> None:
        """Get ready what may come next, once the clip that is waited for sounds."""
        session = self._session
        node = session.node
        await self._deck.sounding()
        if session.node is not node:
            return
        foreseen = foresee(session.story, session.state, self._choices)
        clips = [(clip_for(each.node, session.variant), each) for each in foreseen]
        await self._deck.make_ready(
            [
                Candidate(clip, each.key, each.probability, each.depth)
                for clip, each in clips
                if clip is not None
            ]
        )
