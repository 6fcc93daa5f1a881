"""PostgreSQL for the running program: what is sent there, and the stories that are only there."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from player.events import Event
from player.paths import Paths
from player.resources import bundled_stories

if TYPE_CHECKING:
    from db.store import Store
    from player.cli.far_shelf import FarShelf
    from player.cli.sending import SendingStore
    from player.recording.recorder import RecordStore


class SharedHome:
    """What DATABASE_URL names; without it nothing of this is loaded, and the store is all.

    `records` is where to write, `far` the stories beyond those here, and `notices` what the
    listener should know. `tell` hears of PostgreSQL, from other threads.
    """

    def __init__(self, store: Store, paths: Paths, tell: Callable[[Event], None]) -> None:
        self._paths = paths
        self._sending: SendingStore | None = None
        self.records: RecordStore = store
        self.far: FarShelf | None = None
        self.notices: list[str] = []
        if address := os.environ.get("DATABASE_URL"):
            self._begin(store, address, tell)

    def close(self) -> None:
        """Send the rest if that is quick, and close the connections."""
        sending, self._sending = self._sending, None
        far, self.far = self.far, None
        if sending is not None:
            sending.stop()
        if far is not None:
            far.close()

    def _begin(self, store: Store, address: str, tell: Callable[[Event], None]) -> None:
        from db.errors import RemoteAddressError
        from db.remote import Remote
        from player.cli.far_shelf import FarShelf
        from player.cli.remote_shelf import remote_catalogue
        from player.cli.sending import SendingStore

        try:
            self.records = self._sending = SendingStore(store, address, tell)
            if (catalogue := remote_catalogue()) is not None:
                self.far = FarShelf(catalogue, store, is_ours=self._is_ours)
        except RemoteAddressError as error:
            self.notices.append(f"{error} Until then everything stays on this machine.")
            return
        if warning := Remote(address).warning:
            self.notices.append(warning)

    def _is_ours(self, slug: str) -> bool:
        """Whether a story came with the program, or lies in the listener's folder."""
        return any((root / slug).is_dir() for root in (self._paths.stories, bundled_stories()))
