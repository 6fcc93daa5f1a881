"""The choices as they are told: with Latin letters and a translation for who wants them."""

from __future__ import annotations

from collections.abc import Sequence

from player.controller import PlaybackController
from player.plain.remarks import Remark
from player.plain.tellers import Teller
from player.plain.telling import Telling
from player.roman import romanised
from player.story.passages import Option


class Asking:
    """Tells choices, and after each what is told after each line."""

    def __init__(self, controller: PlaybackController, teller: Teller, telling: Telling) -> None:
        self._controller = controller
        self._teller = teller
        self._telling = telling

    def ask(self, options: Sequence[Option]) -> None:
        """Tell the choices, numbered."""
        meant = self._translations() if self._telling.with_translation else {}
        latin = self._in_latin(options) if self._telling.with_roman else {}
        self._teller.asked(
            options,
            [
                "; ".join(notes[option.key] for notes in (latin, meant) if option.key in notes)
                for option in options
            ],
        )

    def translated(self, options: Sequence[Option]) -> Remark | None:
        """Return the choices in the source language; None where they have no translation."""
        meant = self._translations()
        told = [
            (number, option.key, meant[option.key])
            for number, option in enumerate(options, start=1)
            if option.key in meant
        ]
        if not told:
            return None
        words = "\n".join(f"{number}. {text}" for number, _, text in told)
        facts = {"choices": [{"key": key, "text": text} for _, key, text in told]}
        return Remark("choice_translations", words, facts)

    def _translations(self) -> dict[str, str]:
        """Return each choice's words in the source language, where another one is heard."""
        session = self._controller.session
        if session is None or session.variant.language == session.story.source_language:
            return {}
        source = session.story.source_language
        return {c.key: c.text[source] for c in session.node.choices if source in c.text}

    def _in_latin(self, options: Sequence[Option]) -> dict[str, str]:
        language = self._telling.passage.language
        told = {option.key: romanised(option.text, language) for option in options}
        return {
            option.key: told[option.key] for option in options if told[option.key] != option.text
        }
