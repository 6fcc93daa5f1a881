"""What the linear mode writes: words for people, or one JSON object a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TextIO

import msgspec

from player.errors import UsageError
from player.events import ChoiceTaken, NodeEntered, Notice, StoryFinished, StoryOpened
from player.story.passages import Option, Passage


class Teller:
    """Writes what happens in words a line at a time: who speaks, what is said, what is asked."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def opened(self, event: StoryOpened) -> None:
        """Tell which story is heard, and what was chosen before."""
        mix = f", {event.mix:.0%} English" if event.mix else ""
        self._say(f"{event.title} ({event.language}{mix})")
        if event.is_resumed:
            chosen = "; ".join(event.recap)
            self._say(f"Previously: you chose {chosen}." if chosen else "Going on where you left.")

    def entered(self, event: NodeEntered) -> None:
        """Tell who speaks now."""
        passage = event.passage
        notes = [f"in {passage.language}"] if passage.is_stand_in else []
        notes += [] if passage.clip else ["no audio"]
        note = f" ({', '.join(notes)})" if notes else ""
        self._say(f"\n{passage.speaker or 'Narrator'}{note}:")

    def line(self, passage: Passage, index: int) -> None:
        """Tell one line as it is heard."""
        self._say(passage.lines[index].text)

    def asked(self, options: Sequence[Option]) -> None:
        """Tell the choices, numbered."""
        self._say("")
        for number, option in enumerate(options, start=1):
            self._say(f"{number}. {option.text}")
        self._say(f"Choose 1 to {len(options)}, or q to save and leave.")

    def taken(self, event: ChoiceTaken) -> None:
        """Tell which choice was taken."""
        self._say(f"You chose: {event.text}")

    def finished(self, event: StoryFinished) -> None:
        """Tell that the story is over."""
        self._say(f"\nThe end. Ending {event.endings_found} of {event.endings_total} found.")

    def noticed(self, event: Notice) -> None:
        """Tell a notice."""
        self._say(f"[{event.text}]")

    def refused(self, error: UsageError) -> None:
        """Tell why an answer was not taken."""
        self._say(f"[{error}]")

    def failed(self, message: str) -> None:
        """Say nothing here: an error goes to stderr, which the command line does."""

    def _say(self, text: str) -> None:
        print(text, file=self._out, flush=True)


class JsonTeller(Teller):
    """Writes one JSON object a line, for programs."""

    def opened(self, event: StoryOpened) -> None:
        """Write an `opened` object."""
        self._write(
            "opened",
            slug=event.slug,
            title=event.title,
            language=event.language,
            mix=event.mix,
            resumed=event.is_resumed,
            recap=event.recap,
        )

    def entered(self, event: NodeEntered) -> None:
        """Write a `node` object with its lines and choices."""
        passage = event.passage
        self._write(
            "node",
            node=passage.key,
            node_id=str(passage.node_id),
            speaker=passage.speaker,
            text=passage.text,
            lines=[
                {"text": line.text, "start_ms": line.start_ms, "end_ms": line.end_ms}
                for line in passage.lines
            ],
            language=passage.language,
            mix=passage.mix,
            stand_in=passage.is_stand_in,
            audio=passage.clip is not None,
            duration_ms=passage.duration_ms,
            start_ms=event.start_ms,
            direction=event.direction,
            choices=[{"key": option.key, "text": option.text} for option in event.options],
            percentage=event.percentage,
        )

    def line(self, passage: Passage, index: int) -> None:
        """Write nothing: the lines came with their node."""

    def asked(self, options: Sequence[Option]) -> None:
        """Write nothing: the choices came with their node."""

    def taken(self, event: ChoiceTaken) -> None:
        """Write a `choice` object."""
        self._write(
            "choice",
            node_id=str(event.node_id),
            key=event.key,
            text=event.text,
            correct=event.correct,
        )

    def finished(self, event: StoryFinished) -> None:
        """Write a `finished` object."""
        self._write(
            "finished",
            ending=event.node_key,
            endings_found=event.endings_found,
            endings_total=event.endings_total,
        )

    def noticed(self, event: Notice) -> None:
        """Write a `notice` object."""
        self._write("notice", severity=event.severity, message=event.text)

    def refused(self, error: UsageError) -> None:
        """Write an `error` object."""
        self.failed(str(error))

    def failed(self, message: str) -> None:
        """Write an `error` object."""
        self._write("error", message=message)

    def _write(self, event: str, **values: Any) -> None:
        self._say(msgspec.json.encode({"event": event, **values}).decode())
