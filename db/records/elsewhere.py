"""Records of what the listener did on other machines."""

from __future__ import annotations

from dataclasses import dataclass

from db.records.listening import PlaceRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPlace:
    """Where the listener was in a story too, on this machine (`is_here`) or on another one.

    It lost against a later place, and is more than two minutes older or newer than that one;
    `place.state` can be gone to as to a bookmark. `device` is the machine's name where it is known.
    """

    place: PlaceRecord
    is_here: bool
    device: str | None = None
