"""Looking ahead: from where the story stands to the clips that may be wanted next."""

from __future__ import annotations

from collections.abc import Callable

from player.audio.prefetch import Candidate
from player.playback.deck import Deck
from player.playback.trodden import Trodden
from player.session import Session
from player.story.foreseeing import foresee
from player.story.walking import Variant, clip_for


class LookAhead:
    """Has the deck get ready what comes next, the way that is mostly taken first.

    `variant` tells in which variant that will be heard.
    """

    def __init__(
        self, session: Session, deck: Deck, trodden: Trodden, *, variant: Callable[[], Variant]
    ) -> None:
        self.trodden = trodden
        self._session = session
        self._deck = deck
        self._variant = variant

    async def get_ready(self) -> None:
        """Get ready what may come next, once the clip that is waited for sounds."""
        session = self._session
        node = session.node
        await self._deck.sounding()
        if session.node is not node:
            return
        foreseen = foresee(session.story, session.state, self.trodden.counts)
        variant = self._variant()
        clips = [(clip_for(each.node, variant), each) for each in foreseen]
        await self._deck.make_ready(
            [
                Candidate(clip, each.key, each.probability, each.depth)
                for clip, each in clips
                if clip is not None
            ]
        )
