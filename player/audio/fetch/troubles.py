"""What can go wrong with a download: for the listener a sentence, for the loop what to do next."""

from __future__ import annotations

from enum import Enum, StrEnum

from player.errors import KahaniError
from player.story.graph import Clip


class Cause(StrEnum):
    """Why a clip was not fetched."""

    OFFLINE = "offline"
    SLOW = "slow"
    BUSY = "busy"
    REFUSED = "refused"
    GONE = "gone"
    WRONG = "wrong"
    SETTINGS = "settings"
    DISK = "disk"
    DROPPED = "dropped"


class ClipNotFetchedError(KahaniError):
    """A clip could not be had from where it lies: the clip, the cause and what to do.

    The sentence never holds an address with its query, a key, or anything that a server sent.
    """

    def __init__(self, sentence: str, cause: Cause) -> None:
        super().__init__(sentence)
        self.cause = cause

    @property
    def may_pass(self) -> bool:
        """Whether the same may work later without anybody doing anything."""
        return self.cause in (Cause.OFFLINE, Cause.SLOW, Cause.BUSY, Cause.DROPPED)


class Again(Enum):
    """What a failed request leaves to do."""

    NEVER = "never"
    FROM_THE_START = "from the start"
    WITH_THE_REST = "with the rest"


class TroubleError(Exception):
    """One request failed: why, in words that follow "was not fetched: ", and what to do next.

    `asked_s` is what Retry-After said, in seconds. `help` is a sentence, where one helps.
    """

    def __init__(
        self,
        why: str,
        cause: Cause,
        again: Again = Again.NEVER,
        *,
        asked_s: float | None = None,
        help: str = "",  # noqa: A002 - the word for it
    ) -> None:
        super().__init__(why)
        self.why = why
        self.cause = cause
        self.again = again
        self.asked_s = asked_s
        self.help = help

    def told(self, clip: Clip, tries: int = 1) -> ClipNotFetchedError:
        """Return it as the error for people."""
        tried = f", {tries} times" if tries > 1 else ""
        return ClipNotFetchedError(
            f"The clip {clip.path} was not fetched: {self.why}{tried}. {self.help}".rstrip(),
            self.cause,
        )


class DroppedError(Exception):
    """Nobody wants the clip any more, or the program ends."""


def dropped(clip: Clip) -> ClipNotFetchedError:
    """Return the error for those who still wait."""
    return ClipNotFetchedError(
        f"The clip {clip.path} was not fetched: the download was stopped.", Cause.DROPPED
    )


def needed(clip: Clip, error: ClipNotFetchedError) -> ClipNotFetchedError:
    """Return the error for a clip that would not have to be fetched, were its file not damaged."""
    return ClipNotFetchedError(
        f"The clip {clip.path} is damaged on this machine and needs the network. {error}",
        error.cause,
    )
