"""How much of the clip behind each choice is on this machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from player.audio.prefetch import Candidate

READY: Final = 100


class Shares:
    """Tells of the choices of one node, in percent by their keys, whenever that has changed.

    None stands for a clip that cannot be had, so that its choice goes on as text. Nothing is told
    where all was here, and nothing of a clip that came and could not be kept.
    """

    def __init__(self, tell: Callable[[Mapping[str, int | None]], None]) -> None:
        self._tell = tell
        self._near: dict[str, str] = {}
        self._shares: dict[str, int | None] = {}
        self._told: dict[str, int | None] = {}
        self._is_worth_telling = False

    def begin(self, candidates: Sequence[Candidate]) -> None:
        """Begin with the choices that lead to these; the same ones again were tried before."""
        near = {each.key: each.clip.checksum for each in candidates if each.depth == 1}
        if near != self._near:
            self._near, self._is_worth_telling = near, False
        self._shares, self._told = dict.fromkeys(near, 0), {}

    def note(self, candidate: Candidate, percent: int) -> None:
        """Note how much of a clip is here."""
        if candidate.key in self._shares and candidate.depth == 1:
            self._is_worth_telling |= percent < READY
            self._shares[candidate.key] = percent

    def fail(self, candidate: Candidate) -> None:
        """Note that a clip cannot be had."""
        if candidate.key in self._shares and candidate.depth == 1:
            self._is_worth_telling = True
            self._shares[candidate.key] = None

    def forget(self, candidate: Candidate) -> None:
        """Tell no more of a clip: it came, and nobody knows whether it will again."""
        if candidate.depth == 1:
            self._shares.pop(candidate.key, None)

    def tell(self) -> None:
        """Tell what has changed since."""
        if self._is_worth_telling and self._shares != self._told:
            self._told = dict(self._shares)
            self._tell(dict(sorted(self._shares.items())))
