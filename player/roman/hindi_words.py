"""Hindi words no rule of sounds can know: where they are put together, or come from."""

from __future__ import annotations

from typing import Final

CUT: Final[dict[str, tuple[str, ...]]] = {}
