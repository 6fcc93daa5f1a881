"""What the plain mode writes for programs: one JSON object a line, each with its `event`.

Those of the story itself:

- `opened`: slug, title, language, mix, resumed, recap.
- `node`: node, node_id, speaker, text, lines, language, mix, stand_in, audio, duration_ms,
  start_ms, direction, choices, percentage. It comes again when the same
  node is heard in another variant.
- `asked`: choices. It is the listener's turn; again after a line of the question was heard again.
- `choice`: node_id, key, text, correct, share (percent of listeners, or null), counted (false:
  nothing was learned of it, as what was asked about was not heard, or the answer came too early),
  days_ago (so many days ago the same question was answered, so this answer tells nothing; or null).
- In a placement a question has `withheld` true in its `node`, where text and lines are empty until
  its `choice`, which has them as `heard`, with their translation; the choices are in English.
  `unheard`: node, number, total; nothing of this clip is heard, so no answer to it counts.
  After it all comes `believed`: language, sentence, points (answers that counted).
- `finished`: ending, endings_found, endings_total.
- `notice`: severity, message. `error`: message; an answer or command was not taken, or all is over.

Without a story to play there is one `story` for each: slug, title, subtitle, languages,
duration_sec, percentage, completed, reaction.

Those that answer a command, or tell that what it set in motion has come:

- `loading`: reason ("connecting", "buffering 40 %"): the clip comes from elsewhere.
- `choices_ready`: percent, by the key of each choice of the node: how much of the clip that follows
  is here; null: it could not be had, and the choice goes on as text. Told only where a clip had
  to be fetched, each time that it changes.
- `paused`: reason ("" or "line heard"). `resumed`. `position`: position_ms, after a jump.
- `speed`: speed. `volume`: volume, muted. `reaction`: reaction (like, love, favorite, null).
- `variant`: language, mix, title. `variant_planned`, for the next line, and `variant_dropped`:
  language, mix. `languages`: languages, mixes, language, mix.
- `translation`: node, line (null: the whole passage), text. `romanisation`: node, line, text.
  `choice_translations`: choices. `line`: node, line, text, speaker.
  `text`: shown. `translations`, `romanisations`: on.
- `where`: where the listener is and how it is played.
- `bookmark`: count, note. `bookmarks`: bookmarks, each with number, id, slug, title, note, made_at,
  words, language, mix, percentage. `bookmark_changed`: number, note. `bookmark_removed`: number.
- `mix_decided`: reason, sentence, held ("": kahani chooses, "story", "language"): told when a
  story begins and at each passage. `why`: sentence, belief, cause, held, adapts. `pinned`: pinned.
  `rated`: rating (easy, right, hard).
- `place_offered`: words, at, percentage, device, here: where the listener was too; the command
  `there` leads to it.
- `sync`: pending, text ("all sent", "offline, 3 to send"): how it stands with PostgreSQL.
- `habits`: auto_play, pause_after_line. `passage_heard`: it waits to be told to go on.
- `sleep`: minutes_left (null: no timer), each minute.
- `help`: commands. `left`: the listener's wish to leave was heard.

More events and more fields may come; those that are there stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from player.events import ChoiceTaken, NodeEntered, Notice, StoryFinished, StoryOpened
from player.plain.remarks import Remark
from player.plain.tellers import Teller
from player.story.passages import Option, Passage


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

    def gone_to(self, event: StoryOpened, where: str) -> None:  # noqa: ARG002 - for people
        """Write an `opened` object."""
        self.opened(event)

    def entered(self, event: NodeEntered) -> None:
        """Write a `node` object with its lines and choices."""
        self._node(event, **spoken(event.passage))

    def _node(self, event: NodeEntered, **words: Any) -> None:
        passage = event.passage
        self._write(
            "node",
            node=passage.key,
            node_id=str(passage.node_id),
            speaker=passage.speaker,
            **words,
            language=passage.language,
            mix=passage.mix,
            stand_in=passage.is_stand_in,
            audio=passage.clip is not None,
            duration_ms=passage.duration_ms,
            start_ms=event.start_ms,
            direction=event.direction,
            choices=_choices(event.options),
            percentage=event.percentage,
        )

    def entered_again(self, event: NodeEntered) -> None:
        """Write a `node` object: the same node, with other lines."""
        self.entered(event)

    def line(self, passage: Passage, index: int) -> None:
        """Write nothing: the lines came with their node."""

    def asked(self, options: Sequence[Option], notes: Sequence[str] = ()) -> None:  # noqa: ARG002 - for people
        """Write an `asked` object: it is the listener's turn."""
        self._write("asked", choices=_choices(options))

    def taken(self, event: ChoiceTaken) -> None:
        """Write a `choice` object."""
        self._choice(event)

    def _choice(self, event: ChoiceTaken, **more: Any) -> None:
        self._write(
            "choice",
            node_id=str(event.node_id),
            key=event.key,
            text=event.text,
            correct=event.correct,
            share=event.share,
            counted=event.is_counted,
            days_ago=event.days_ago,
            **more,
        )

    def finished(self, event: StoryFinished, *, can_rate: bool) -> None:  # noqa: ARG002 - for people
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

    def remark(self, remark: Remark) -> None:
        """Write an object with the facts."""
        self._write(remark.event, **remark.facts)

    def refused(self, error: Exception | str) -> None:
        """Write an `error` object."""
        self.failed(str(error))

    def failed(self, message: str) -> None:
        """Write an `error` object."""
        self._write("error", message=message)

    def _write(self, event: str, **values: Any) -> None:
        print(msgspec.json.encode({"event": event, **values}).decode(), file=self._out, flush=True)


def spoken(passage: Passage) -> dict[str, Any]:
    """Return what is said in a passage: its text, and its lines with their times."""
    lines = [
        {"text": line.text, "start_ms": line.start_ms, "end_ms": line.end_ms}
        for line in passage.lines
    ]
    return {"text": passage.text, "lines": lines}


def _choices(options: Sequence[Option]) -> list[dict[str, str]]:
    return [{"key": option.key, "text": option.text} for option in options]
