"""Probing: whether clips would come from where they lie, by one short question."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Final

from player.audio.fetch.addresses import Addresses
from player.audio.fetch.download import Download
from player.audio.fetch.patience import Patience
from player.audio.fetch.troubles import Cause, DroppedError, TroubleError
from player.story.graph import Clip

WAIT_S: Final = 3.0


def probe(addresses: Addresses, clip: Clip, *, wait_s: float = WAIT_S) -> str:
    """Ask for the first byte of a clip, and return the name of who has it; blocks for 3 s at most.

    Raises TroubleError, whose words hold no address.
    """
    from player.audio.fetch.exchange import Exchange  # noqa: PLC0415 - loads httpx

    target = addresses.target(clip.url)
    download = Download(clip, is_urgent=True)
    patience = Patience(connect_s=wait_s, read_s=wait_s, measured_over_s=wait_s, tries=1)
    troubles: list[TroubleError] = []
    exchange = Exchange(patience, connections=1)  # what it takes here is no delay over there

    def ask() -> None:
        try:
            with suppress(DroppedError):
                exchange.ask(download, target)
        except TroubleError as trouble:
            troubles.append(trouble)
        finally:
            exchange.close()

    # In a thread: looking up a name takes as long as the system likes.
    asking = threading.Thread(target=ask, name="probe", daemon=True)
    asking.start()
    asking.join(wait_s)
    if asking.is_alive():
        download.drop()
        why = f"{target.label} does not answer within {wait_s:g} s"
        raise TroubleError(why, Cause.OFFLINE, help="Check the network.")
    if troubles:
        raise troubles[0]
    return target.label
