"""Text to the phonemes that Kokoro knows, word by word."""

from __future__ import annotations

import functools
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Final

from player.story.sentences import shown_text
from player.studio.espeak import espeak
from player.studio.lexicon import FOREIGN, core, espeak_language, is_sign, lookup

_PAUSES: Final = "?!.…;:,—"
"""The signs that Kokoro breathes at, the weightiest first; a run of them counts as its first."""

_SAME_SIGN: Final = str.maketrans({"।": ".", "॥": ".", "–": "—", "’": "'", "ʼ": "'"})

_ENGLISH: Final = FOREIGN
_LATIN_IS_FOREIGN: Final = frozenset({"hi", "ta", "bn"})
_LATIN: Final = re.compile(r"[A-Za-z]")

_NUKTA: Final = {
    unicodedata.normalize("NFD", letter): letter for letter in "\u09dc\u09dd\u09df\u095c\u095d"
}
_FILE: Final = Path(__file__).with_name("phonemes.json")


@dataclass(slots=True)
class Spoken:
    """The phonemes of one written word, and the sign that follows it ("" for none)."""

    phonemes: str = ""
    pause: str = ""


@dataclass(slots=True)
class _Run:
    """Pieces of words that one voice of espeak-ng reads in one go."""

    voice: str
    words: list[int] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)


def spoken_words(text: str, language: str) -> list[Spoken]:
    """Return one `Spoken` for each word of `word_spans(text)`.

    Words in Latin letters within Hindi, Tamil or Bengali are read as English. The last word always
    has a pause, so that the voice comes down.
    """
    written = shown_text(text).translate(_SAME_SIGN).replace("...", "…").split()
    spoken = [Spoken(pause=_pause_after(word)) for word in written]
    for run in _runs(written, spoken, espeak_language(language)):
        for index, phonemes in zip(run.words, _read(run.pieces, run.voice), strict=True):
            spoken[index].phonemes = f"{spoken[index].phonemes} {phonemes}".strip()
    if spoken and spoken[-1].pause not in tuple("?!.…"):
        spoken[-1].pause = "."
    return spoken


def _pause_after(word: str) -> str:
    tail = word[len(word.rstrip("\"'“”‘’«»‹›()[]" + _PAUSES)) :]
    return next((sign for sign in _PAUSES if sign in tail), "")


def _runs(written: Sequence[str], spoken: Sequence[Spoken], voice: str) -> Iterator[_Run]:
    """Cut the words where the voice breathes or the script changes."""
    run = _Run(voice)
    for index, word in enumerate(written):
        foreign = voice in _LATIN_IS_FOREIGN and _LATIN.search(word)
        wanted = _ENGLISH if foreign else voice
        if wanted != run.voice:
            yield run
            run = _Run(wanted)
        for piece in _pieces(word):
            run.words.append(index)
            run.pieces.append(piece)
        if spoken[index].pause:
            yield run
            run = _Run(wanted)
    yield run


def _pieces(word: str) -> list[str]:
    """Cut "पानी-वानी" at its hyphen; an apostrophe is part of the word."""
    split = "".join(" " if is_sign(char) and char != "'" else char for char in core(word))
    return split.split()


def _read(pieces: list[str], voice: str) -> list[str]:
    """Return the phonemes of each piece: from the lexicon, else as they sound in company."""
    known = [lookup(piece, voice) for piece in pieces]
    said: list[str] = []
    company: list[str] = []
    for piece, phonemes in [*zip(pieces, known, strict=True), ("", "")]:
        if phonemes is None:
            company.append(piece)
            continue
        if company:
            said += _in_company(company, voice)
            company = []
        said.append(phonemes)
    return said[:-1]


def _in_company(pieces: list[str], voice: str) -> list[str]:
    if voice == _ENGLISH and (english := _english(pieces)):
        return english
    groups = _from_espeak(" ".join(pieces), voice).split()
    if len(groups) == len(pieces):
        return groups
    alone = [_from_espeak(piece, voice) for piece in pieces]
    return _dealt_out("".join(groups), [one.replace(" ", "") for one in alone])


def _dealt_out(whole: str, alone: Sequence[str]) -> list[str]:
    """Cut `whole`, in which espeak-ng joined words, where their lone forms end in it."""
    blocks = SequenceMatcher(None, "".join(alone), whole, autojunk=False).get_matching_blocks()
    cuts, done = [0], 0
    for number, one in enumerate(alone[:-1], start=1):
        done += len(one)
        block = max((b for b in blocks if b.a < done or b.a == 0), key=lambda b: b.a)
        end = block.b + min(done - block.a, block.size)
        still_to_come = len(alone) - number
        cuts.append(max(cuts[-1] + 1, min(end, len(whole) - still_to_come)))
    return [whole[a:b] for a, b in zip(cuts, [*cuts[1:], len(whole)], strict=True)]


def _from_espeak(text: str, voice: str) -> str:
    phonemes = espeak().phonemes(_composed(text), voice)
    for theirs, ours in _replacements(voice):
        phonemes = phonemes.replace(theirs, ours)
    if voice == "bn":  # a last য় is a glide, without the vowel that espeak-ng gives it
        phonemes = re.sub(r"jˌ?o(?= |$)", "j", phonemes)
    return phonemes.replace("-", "")


def _composed(text: str) -> str:
    """Write letter and nukta as one, against NFC: espeak-ng drops the vowel behind the pair."""
    for pair, letter in _NUKTA.items():
        text = text.replace(pair, letter)
    return text


@functools.cache
def _replacements(voice: str) -> list[tuple[str, str]]:
    """Return what to write for espeak's symbols, in order.

    After misaki's tables: one symbol of Kokoro's alphabet for each pair that espeak-ng ties with ^.
    Tamil has sounds that the alphabet lacks; the flap for its r lowered the error of an offline
    recogniser from .194 to .175.
    """
    tables = json.loads(_FILE.read_text(encoding="utf-8"))
    own = tables.get(voice, {})
    return list((own if voice == _ENGLISH else tables["any"] | own).items())


@functools.cache
def _misaki() -> Any:
    """Return misaki's English rules as the hibari-tts wheel carries them, None without it."""
    try:
        from hibari.g2p import G2P  # noqa: PLC0415 - an optional part
    except ImportError:
        return None
    return G2P(british=False)


def _english(pieces: Sequence[str]) -> list[str] | None:
    rules = _misaki()
    if rules is None:
        return None
    words = [""]
    for token in rules.phonemize_tokens(rules.tokenize(" ".join(pieces))):
        words[-1] += token.phonemes or ""
        if token.whitespace:
            words.append("")
    return words if len(words) == len(pieces) else None
