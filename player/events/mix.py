"""What happened to the language and the mix that are heard."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VariantChanged:
    """Another language or mix is heard; NodeEntered follows, of the same node or of the next.

    `why` is a sentence where it was kahani that changed the mix.
    """

    language: str
    mix: float
    title: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MixDecided:
    """Why the passages from here on are heard in this mix, in a sentence.

    `reason` is one of `player.learner.selection.Reason`. `held` says who decided: "story" (the
    listener, in this story), "language" (the listener, who pinned a level), or "" (kahani).
    """

    reason: str
    sentence: str
    is_change: bool
    held: str = ""


@dataclass(frozen=True, slots=True)
class SwitchPlanned:
    """This language and mix will be heard from the next line on; VariantChanged follows then."""

    language: str
    mix: float


@dataclass(frozen=True, slots=True)
class SwitchDropped:
    """The change that was planned for the next line will not come."""
