"""What the plain mode writes for people: short sentences, a line each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import TextIO
from unicodedata import combining, normalize

from player.events import ChoiceTaken, NodeEntered, Notice, Severity, StoryFinished, StoryOpened
from player.plain.remarks import Remark, heard_as
from player.roman import romanised
from player.story.passages import Option, Passage


class Teller:
    """Writes what happens in words a line at a time: who speaks, what is said, what is asked.

    With `talks` somebody reads and types meanwhile, and is told what may be typed.
    """

    def __init__(self, out: TextIO, *, talks: bool = False) -> None:
        self._out = out
        self._talks = talks
        self._is_introduced = False

    def opened(self, event: StoryOpened) -> None:
        """Tell which story is heard, and what was chosen before."""
        self._say(f"{event.title}, in {heard_as(event.language, event.mix)}.")
        if event.is_resumed:
            chosen = "; ".join(event.recap)
            self._say(f"Previously: you chose {chosen}." if chosen else "Going on where you left.")
        if self._talks and not self._is_introduced:
            self._say("Press enter to pause and to play on. Type ? and enter for the commands.")
            self._is_introduced = True

    def gone_to(self, event: StoryOpened, where: str) -> None:
        """Tell that another place was gone to: the bookmark, or the one that was offered."""
        self._say(f"{event.title}, in {heard_as(event.language, event.mix)}, at {where}.")

    def entered(self, event: NodeEntered) -> None:
        """Tell who speaks now."""
        passage = event.passage
        notes = [f"in {heard_as(passage.language, 0)}"] if passage.is_stand_in else []
        if passage.clip is None:
            notes.append("no audio")
        elif passage.clip.language != passage.language:
            notes.append(f"heard in {heard_as(passage.clip.language, passage.clip.mix)}")
        note = f" ({', '.join(notes)})" if notes else ""
        self._say(f"\n{passage.speaker or 'Narrator'}{note}:")

    def entered_again(self, event: NodeEntered) -> None:
        """Say nothing more: the same passage goes on in another variant, which was told."""

    def sounds(self, how: str) -> None:
        """Say nothing here of how a passage sounds: it is told all the same."""

    def line(self, passage: Passage, index: int) -> None:
        """Tell one line as it is heard."""
        self._say(passage.lines[index].text)

    def asked(self, options: Sequence[Option], notes: Sequence[str] = ()) -> None:
        """Tell the choices, numbered; each with its note, where it has one."""
        self._say("")
        for number, (option, note) in enumerate(zip_longest(options, notes), start=1):
            self._say(f"{number}. {option.text}{f'; {note}' if note else ''}")
        numbers = f"1 to {len(options)}" if len(options) > 1 else "1"
        self._say(f"Choose {numbers}, or q to save and leave.")

    def taken(self, event: ChoiceTaken) -> None:
        """Tell which choice was taken."""
        self._say(f"You chose: {event.text}")
        if event.share is not None:
            self._say(f"{event.share} percent of listeners chose this.")

    def finished(self, event: StoryFinished, *, can_rate: bool) -> None:
        """Tell that the story is over, and ask how it was where that can be said."""
        self._say(f"\nThe end. Ending {event.endings_found} of {event.endings_total} found.")
        if self._talks:
            self._say("Press enter to leave, or type restart, back or like.")
        if self._talks and can_rate:
            self._say("How was it? Type rate easy, rate right or rate hard.")

    def noticed(self, event: Notice) -> None:
        """Tell a notice."""
        kind = "Error" if event.severity is Severity.ERROR else "Notice"
        self._say(f"{kind}: {event.text}")

    def remark(self, remark: Remark) -> None:
        """Tell the effect of a command."""
        if remark.words:
            self._say(remark.words)

    def refused(self, error: Exception | str) -> None:
        """Tell why an answer or a command was not taken."""
        self._say(f"Not done: {error}")

    def failed(self, message: str) -> None:
        """Say nothing here: an error goes to stderr, which the command line does."""

    def _say(self, text: str) -> None:
        print(readable(text, self._out.encoding), file=self._out, flush=True)


def readable(text: str, encoding: str | None) -> str:
    """Return `text` for a terminal of this encoding: in Latin letters where it has no others."""
    try:
        text.encode(encoding or "utf-8")
    except UnicodeEncodeError:
        letters = normalize("NFKD", romanised(text))
        return "".join(letter for letter in letters if not combining(letter))
    return text
