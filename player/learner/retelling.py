"""Retelling: why a story was heard as it was, read back out of the event that kept it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from player.learner.belief import Sensor
from player.learner.explaining import Moved, in_words
from player.learner.recounting import cause_of
from player.learner.selection import Reason
from player.learner.traces import number, word

MORE, LESS = "a bit more English", "a little less English"
_CHANGED: Final = {Reason.EASIER: MORE, Reason.RELIEF: MORE, Reason.HARDER: LESS}


def retold(context: Mapping[str, Any], mix: float) -> str:
    """Return why a passage was heard with this share of English, 0 to 1; empty: nobody says.

    `context` is that of its `play`: `why` is the reason, `expected` the share of lines that should
    be followed and `in_ten` what was told of it (older events have none), `from` the variant before
    where it was changed, `moved` what moved the belief.
    """
    why = word(context, "why")
    if why not in tuple(Reason):
        return why
    reason = Reason(why)
    if reason in _CHANGED:
        return f"{_because(context, reason)}{_CHANGED[reason]}{_way(context, mix)}."
    heard = _english(mix)
    counts = _counts(context)
    follow = f"you should follow {in_words(counts)}" if counts else ""
    lead = {Reason.PINNED: "You hold this yourself", Reason.NEW: f"Begun with {heard}"}
    return f"{': '.join(filter(None, (lead.get(reason, f'Kept with {heard}'), follow)))}."


def _counts(context: Mapping[str, Any]) -> tuple[int, ...]:
    """Return how many lines in 10 were told to be followed: one number, a range, or none known."""
    told, expected = context.get("in_ten"), number(context, "expected")
    if isinstance(told, list) and told and all(type(count) is int for count in told):
        return tuple(told[:2])
    return () if expected is None else (round(10 * expected),)


def _because(context: Mapping[str, Any], reason: Reason) -> str:
    """Return what led to a change, where it is known and points the same way."""
    saved = context.get("moved")
    did = _moved(saved) if isinstance(saved, Mapping) else None
    if did is None or (did.shift > 0) != (reason is Reason.HARDER):
        return "It fits you better: "
    return f"{cause_of(did)}: "


def _moved(saved: Mapping[str, Any]) -> Moved:
    told, correct = saved.get("told"), saved.get("correct")
    names = tuple(Sensor)
    return Moved(
        node=word(saved, "node"),
        shift=number(saved, "shift") or 0.0,
        told=tuple(Sensor(name) for name in told if name in names)
        if isinstance(told, list)
        else (),
        is_right=correct if isinstance(correct, bool) else None,
        is_unaided=saved.get("unaided") is True,
        tells_unaided=saved.get("telling") is True,
    )


def _way(context: Mapping[str, Any], mix: float) -> str:
    """Return from which share of English to which, where that is known."""
    _, at, before = word(context, "from").partition("@")
    try:
        share = float(before) if at else None
    except ValueError:
        share = None
    if not word(context, "from") or (at and share is None):
        return ""
    before, after = _percent(share or 0.0), _percent(mix)
    return f", {before} to {after}" if before != after else ""


def _english(mix: float) -> str:
    return f"{_percent(mix)} English" if mix else "no English"


def _percent(mix: float) -> str:
    return f"{round(100 * mix)} %"
