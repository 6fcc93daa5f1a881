"""How stories suit the listener of a store: put together from what they did, liked and set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

from db.liking import ends, taste_mark
from player.beliefs import trace_of
from player.learner.folding import State
from player.learner.recommending import for_you
from player.learner.selection import NO_WISH, Wish
from player.learner.suiting import Listener, Suiting
from player.learner.taste import Kind
from player.liking import Liking
from player.tui.services import Settings, Shelved, Suited

if TYPE_CHECKING:
    from db.store import Store


class Suits:
    """Keeps how the library suited last, and works out anew only what changed. Reads the store.

    `wish` tells what the listener holds of a base language and a story; it is asked on the event
    loop, when something is shown. Any thread may ask for the rest, one after the other.
    """

    def __init__(
        self,
        store: Store,
        *,
        now: Callable[[], datetime],
        wish: Callable[[str, str], Wish] | None = None,
    ) -> None:
        self._store = store
        self._now = now
        self._wish = wish or (lambda *_: NO_WISH)
        self._lock = Lock()
        self._mark = ""
        self._liking = Liking()
        self._listener: Listener | None = None
        self._stories: Sequence[Shelved] | None = None
        self._suited = Suited()

    def suited(self, stories: Sequence[Shelved], settings: Settings) -> Suited:
        """Return how stories suit; the same object where nothing changed."""
        with self._lock:
            listener = self._known(settings)
            if stories is not self._stories or listener != self._listener:
                suiting = self._suited.suiting
                if suiting is None or listener != self._listener:
                    suiting = Suiting(listener, self._wish)
                self._suited = Suited(suiting, tuple(for_you(suiting, stories)))
                self._stories, self._listener = stories, listener
            return self._suited

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
        )


def asked_for(settings: Settings) -> dict[Kind, frozenset[str]]:
    """Return the genres and formats that the settings ask for."""
    asked = ((Kind.GENRE, settings.genres), (Kind.FORMAT, settings.formats))
    return {kind: frozenset(names) for kind, names in asked if names}


def _state(store: Store) -> State:
    """Return what was believed when it was last written down: after each story that was left."""
    row = store.learner()
    try:
        return State.from_json(row.belief or {}) if row else State()
    except (ValueError, KeyError, TypeError):
        return State()  # `kahani learner rebuild` makes it anew
