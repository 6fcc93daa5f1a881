"""The choices as they are told: with Latin letters and a translation for who wants them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from player.controller import PlaybackController
from player.plain.remarks import Remark
from player.plain.tellers import Teller
from player.plain.telling import Telling
from player.roman import romanised
from player.story.passages import Option

WHOLE: Final = 100
"""Percentage of a clip that is here."""


class Asking:
    """Tells choices, and after each what is told after each line."""

    def __init__(self, controller: PlaybackController, teller: Teller, telling: Telling) -> None:
        self._controller = controller
        self._teller = teller
        self._telling = telling

    def ask(self, options: Sequence[Option], ready: Mapping[str, int | None]) -> None:
        """Tell the choices, numbered; `ready` as ChoicesReady has it."""
        meant = self._translations() if self._telling.with_translation else {}
        latin = self._in_latin(options) if self._telling.with_roman else {}
        coming = {key: _coming(percent) for key, percent in ready.items() if percent != WHOLE}
        told = (latin, meant, coming)
        self._teller.asked(
            options,
            [
                "; ".join(notes[option.key] for notes in told if option.key in notes)
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


def _coming(percent: int | None) -> str:
    """Return how it stands with the sound that follows a choice and is not here."""
    return "text only" if percent is None else f"fetching, {percent} percent"
