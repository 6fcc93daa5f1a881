"""Months, as partitions are named by them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Final

FIRST_MOMENT: Final = datetime.min.replace(tzinfo=UTC)
LAST_MOMENT: Final = datetime.max.replace(tzinfo=UTC)
"""PostgreSQL knows years before and after these, and `infinity`; anybody may write them."""

_NAMED: Final = re.compile(r"analytics_events_(\d{4,})_(0[1-9]|1[0-2])")


def after(month: date, count: int) -> date:
    """Return the first day of the month `count` months later; earlier where it is negative."""
    years, place = divmod(12 * month.year + month.month - 1 + count, 12)
    return date(years, place + 1, 1)


def name_of(month: date) -> str:
    """Return the name of the partition of a month."""
    return f"analytics_events_{month:%Y_%m}"


def start_of(name: str) -> date | None:
    """Return the first day of the month of a partition, None for the default one."""
    found = _NAMED.fullmatch(name)
    return date(int(found[1]), int(found[2]), 1) if found else None
