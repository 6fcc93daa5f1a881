"""An event as the learner reads it: one row of behavioral_events."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, Final

_NUMBERS: Final = frozenset({int, float})
"""What JSON reads a number as; True is none of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One row of behavioral_events, as far as the learner reads it; positions in seconds.

    `traits` is content_characteristics; `device` names the machine. A row written by hand may have
    no `sequence`; then its time is its order.
    """

    id: str
    at: datetime
    kind: str
    session_id: str
    device: str = ""
    sequence: int | None = None
    position_s: float = 0.0
    duration_s: float | None = None
    traits: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)

    @property
    def order(self) -> tuple[str, int, str]:
        """What comes first of two events of one moment."""
        return (self.device, self.sequence or 0, self.id)

    def canonical(self) -> str:
        """Return the event as JSON that is the same wherever it is written."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        values["at"] = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        values |= {"traits": dict(self.traits), "context": dict(self.context)}
        return json.dumps(values, sort_keys=True, separators=(",", ":"))


def settled(traces: Iterable[Trace]) -> list[Trace]:
    """Return each event once; of two that share an id the one of the smaller canonical JSON.

    So which of them is taken does not hang on which came first.
    """
    known: dict[str, Trace] = {}
    for trace in traces:
        other = known.setdefault(trace.id, trace)
        if other is not trace and other != trace:
            known[trace.id] = min(other, trace, key=Trace.canonical)
    return list(known.values())


def number(values: Mapping[str, Any], name: str) -> float | None:
    """Return a number out of JSON; None where there is none, or none that is finite."""
    value: Any = values.get(name)
    if type(value) not in _NUMBERS or not math.isfinite(value):
        return None
    return float(value)


def word(values: Mapping[str, Any], name: str) -> str:
    """Return a text out of JSON; an empty one where there is none."""
    value = values.get(name)
    return value if isinstance(value, str) else ""
