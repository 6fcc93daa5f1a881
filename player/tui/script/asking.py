"""Ask the terminal something while the program runs: its answers are taken out of what is typed."""

from __future__ import annotations

import re
from typing import Final

_ANSWER: Final = re.compile(
    r"\x1bP>\|[^\x1b]*\x1b\\"  # name and version
    r"|\x1b\[6;\d+;\d+t"  # pixels of a cell
    r"|\x1b\[\?[\d;]*c"  # abilities
)
_LAST: Final = re.compile(r"\x1b\[\?[\d;]*c")
# What may yet become an answer.
_BEGUN: Final = re.compile(r"\x1b(?:P(?:>(?:\|[^\x1b]*\x1b?)?)?|\[(?:\?[\d;]*|6(?:;[\d;]*)?)?)?\Z")


class Answers:
    """What the terminal said. `take` and `let_go` are for the thread that reads the keys.

    Nothing is looked at before the first question; from then on an answer, however late, is never
    taken for keys.
    """

    def __init__(self) -> None:
        self.text = ""
        self.is_asked = False
        self._held = ""

    @property
    def is_complete(self) -> bool:
        """Whether the last question, which every terminal knows, has been answered."""
        return _LAST.search(self.text) is not None

    def take(self, typed: str) -> str:
        """Return what of `typed` are keys; the beginning of an answer waits for the rest of it."""
        if not self.is_asked:
            return typed
        typed, self._held = self._held + typed, ""
        found = _ANSWER.findall(typed)
        if found:
            typed = _ANSWER.sub("", typed)
            self.text += "".join(found)
        if not self.is_complete and (begun := _BEGUN.search(typed)):
            typed, self._held = typed[: begun.start()], begun[0]
        return typed

    def let_go(self) -> str:
        """Return what was held back, now that nothing more has come."""
        held, self._held = self._held, ""
        return held
