"""What comes from elsewhere: PostgreSQL, a download, a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

OFFLINE: Final = "offline"
"""How it stands with PostgreSQL where that cannot be reached; followed by how much waits."""


class Severity(StrEnum):
    """How loud a notice is."""

    INFORMATION = "information"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class SyncChanged:
    """How it stands with PostgreSQL: `pending` entries to send, and the state in words."""

    pending: int
    text: str

    @property
    def is_offline(self) -> bool:
        """Whether PostgreSQL cannot be reached."""
        return self.text.startswith(OFFLINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadChanged:
    """How far the download of a story is: so much of what is to be here of it is here.

    `sentence` says why it failed.
    """

    slug: str
    state: Literal["waiting", "coming", "done", "stopped", "failed"]
    clips_here: int
    clips: int
    bytes_here: int
    bytes: int
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence for the listener."""

    text: str
    severity: Severity = Severity.INFORMATION
