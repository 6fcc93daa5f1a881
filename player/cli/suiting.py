"""How stories suit the listener of a store: put together from what they did, liked and set."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Final

from db.asking.catalogue import clips_mark, mixes
from db.asking.liking import ends, taste_mark
from player.learner.folding import State
from player.learner.recommending import for_you
from player.learner.selection import NO_WISH, Wish
from player.learner.suiting import Listener, Mixes, Suiting
from player.learner.taste import Kind
from player.recording.beliefs import trace_of
from player.recording.liking import Liking
from player.tui.services import Settings, Shelved, Suited

if TYPE_CHECKING:
    from db.store import Store

MIXED: Final = "-mixed"
"""What the language of an edition with English ends with."""

MOST_MIXED: Final = 1000
"""Of so many stories the mixes are read, in 0.2 s; of others the language alone counts."""


class Suits:
    """Keeps how the library suited last, and works out anew only what changed. Reads the store.

    `wish` tells what the listener holds of a base language and a story; it is asked on the event
    loop, when something is shown. `reads_along` tells whether the transcript is in view, where it
    is known. Any thread may ask for the rest, one after the other.
    """

    def __init__(
        self,
        store: Store,
        *,
        now: Callable[[], datetime],
        wish: Callable[[str, str], Wish] | None = None,
        reads_along: Callable[[], bool] = lambda: True,
    ) -> None:
        self._store = store
        self._now = now
        self._wish = wish or (lambda *_: NO_WISH)
        self._reads_along = reads_along
        self._lock = Lock()
        self._mark = ""
        self._liking = Liking()
        self._listener: Listener | None = None
        self._stories: Sequence[Shelved] | None = None
        self._suited = Suited()
        self._mixes: Mapping[str, Mixes] = {}
        self._mixes_mark: object = None
        self._mixed: list[str] = []

    def suited(self, stories: Sequence[Shelved], settings: Settings) -> Suited:
        """Return how stories suit; the same object where nothing changed."""
        with self._lock:
            listener, heard_in = self._known(settings), self._heard_in(stories)
            is_same = listener == self._listener and heard_in is self._mixes
            if stories is not self._stories or not is_same:
                suiting = self._suited.suiting
                if suiting is None or not is_same:
                    suiting = Suiting(listener, self._wish, heard_in)
                self._suited = Suited(suiting, tuple(for_you(suiting, stories)))
                self._stories, self._listener, self._mixes = stories, listener, heard_in
            return self._suited

    def _heard_in(self, stories: Sequence[Shelved]) -> Mapping[str, Mixes]:
        """Return the mixes of the stories that are told with English mixed in."""
        if stories is not self._stories:
            self._mixed = [each.slug for each in stories if _is_mixed(each.languages)][:MOST_MIXED]
        mark = (self._store.read(clips_mark), self._mixed)
        if mark != self._mixes_mark:
            self._mixes_mark = mark
            return self._store.read(lambda tx: mixes(tx, self._mixed)) if self._mixed else {}
        return self._mixes

    def _known(self, settings: Settings) -> Listener:
        mark = self._store.read(taste_mark)
        if mark != self._mark:
            likes = self._store.likes()
            self._liking = Liking(likes, map(trace_of, self._store.read(ends)))
            self._mark = mark
        liking = self._liking
        return Listener(
            state=_state(self._store),
            level=settings.level,
            taste=liking.taste(self._now()),
            liked=liking.liked(),
            finished=liking.finished(),
            asked=asked_for(settings),
            speed=settings.speed,
            reads_along=self._reads_along(),
        )


def asked_for(settings: Settings) -> dict[Kind, frozenset[str]]:
    """Return the genres and formats that the settings ask for."""
    asked = ((Kind.GENRE, settings.genres), (Kind.FORMAT, settings.formats))
    return {kind: frozenset(names) for kind, names in asked if names}


@cache
def _is_mixed(languages: tuple[str, ...]) -> bool:
    return any(MIXED in code for code in languages)


def _state(store: Store) -> State:
    """Return what was believed when it was last written down: after each story that was left."""
    row = store.learner()
    try:
        return State.from_json(row.belief or {}) if row else State()
    except (ValueError, KeyError, TypeError):
        return State()  # `kahani learner rebuild` makes it anew
