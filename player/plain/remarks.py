"""What the plain mode says of what happened: words for people, facts for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from player.events import (
    HabitsChanged,
    MixDecided,
    PlaceOffered,
    StoryRated,
    SyncChanged,
    VariantChanged,
    VolumeChanged,
)
from player.languages import language_name
from player.roman import romanised
from player.story.passages import Passage

_REACTIONS: Final = {"like": "Liked.", "love": "Loved.", "favorite": "A favorite."}


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to be told: `words` for people, `event` with `facts` for programs."""

    event: str
    words: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def heard_as(language: str, mix: float) -> str:
    """Return how a story is heard, as one says it: "Hindi with 30 percent English"."""
    if not mix:
        return language_name(language)
    return f"{language_name(language).removesuffix(' + English')} with {mix:.0%} English".replace(
        "%", " percent"
    )


def listed(codes: Iterable[str]) -> str:
    """Return languages with the codes to type: "Hindi (hi), Tamil (ta)"."""
    return ", ".join(f"{language_name(code)} ({code})" for code in codes)


def paused(reason: str = "", *, in_words: bool = True) -> Remark:
    """Tell that the sound is held."""
    return Remark("paused", "Paused." if in_words else "", {"reason": reason})


def loading(reason: str, *, in_words: bool = True) -> Remark:
    """Tell that the clip comes from elsewhere and is waited for; `reason` as on the screens."""
    words = "Waiting for the sound to come." if in_words else ""
    return Remark("loading", words, {"reason": reason})


def ready(percent: Mapping[str, int | None]) -> Remark:
    """Tell programs how much of the clip behind each choice is here; people hear it when asked."""
    return Remark("choices_ready", "", {"percent": percent})


def resumed(times: float, *, in_words: bool = True) -> Remark:
    """Tell that the sound goes on, at a speed of 1.0 as recorded."""
    words = "Playing." if times == 1 else f"Playing at {times:g}."
    return Remark("resumed", words if in_words else "")


def speed(times: float, *, in_words: bool = True) -> Remark:
    """Tell how fast the story is heard, 1.0 being as recorded."""
    return Remark("speed", f"Speed {times:g}." if in_words else "", {"speed": times})


def volume(event: VolumeChanged) -> Remark:
    """Tell how loud the story is heard."""
    words = "Muted." if event.is_muted else f"Volume {event.volume}."
    return Remark("volume", words, {"volume": event.volume, "muted": event.is_muted})


def reaction(kind: str | None) -> Remark:
    """Tell whether the story is liked."""
    return Remark("reaction", _REACTIONS.get(kind or "", "No longer liked."), {"reaction": kind})


def variant(event: VariantChanged) -> Remark:
    """Tell in which language and mix the story is heard now; and why, where kahani chose it."""
    facts = {"language": event.language, "mix": event.mix, "title": event.title, "why": event.why}
    words = event.why or f"Now in {heard_as(event.language, event.mix)}."
    return Remark("variant", words, facts)


def decided(event: MixDecided) -> Remark:
    """Tell programs why the passages from here on are heard in this mix."""
    facts = {"reason": event.reason, "sentence": event.sentence, "held": event.held}
    return Remark("mix_decided", "", facts)


def rated(event: StoryRated) -> Remark:
    """Thank for a rating."""
    return Remark("rated", event.sentence, {"rating": event.felt})


def offered(event: PlaceOffered) -> Remark:
    """Tell where else the listener was, and how to get there."""
    where = "Here, before" if event.is_here else f"On {event.device or 'another machine'}"
    words = f"{where}, you were at: {event.words} Type there to go on there."
    facts = {
        "words": event.words,
        "at": event.at.isoformat(),
        "percentage": event.percentage,
        "device": event.device,
        "here": event.is_here,
    }
    return Remark("place_offered", words, facts)


def sync(event: SyncChanged, *, was_offline: bool) -> Remark:
    """Tell how it stands with PostgreSQL; in words when that is lost, and when it is back."""
    words = ""
    if event.is_offline and not was_offline:
        words = f"{event.text.capitalize()}. What you do is kept here."
    elif was_offline and not event.is_offline:
        words = f"Online again, {event.text}."
    return Remark("sync", words, {"pending": event.pending, "text": event.text})


def planned(language: str, mix: float) -> Remark:
    """Tell what will be heard from the next line on."""
    words = f"From the next line on in {heard_as(language, mix)}."
    return Remark("variant_planned", words, {"language": language, "mix": mix})


def dropped(language: str, mix: float) -> Remark:
    """Tell that a change that was planned will not come."""
    words = f"Staying in {heard_as(language, mix)}."
    return Remark("variant_dropped", words, {"language": language, "mix": mix})


def auto_play(habits: HabitsChanged) -> Remark:
    """Tell whether passages follow each other."""
    words = (
        "Passages follow each other."
        if habits.auto_play
        else "Waiting after each passage; press enter to go on."
    )
    return Remark("habits", words, _habits(habits))


def pause_after_line(habits: HabitsChanged) -> Remark:
    """Tell whether the sound is held after each line."""
    words = (
        "Pausing after each line; press enter to go on."
        if habits.pause_after_line
        else "Playing on after each line."
    )
    return Remark("habits", words, _habits(habits))


def _habits(habits: HabitsChanged) -> Mapping[str, Any]:
    return {"auto_play": habits.auto_play, "pause_after_line": habits.pause_after_line}


def passage_heard() -> Remark:
    """Tell that the listener is waited for, though nothing is asked."""
    return Remark("passage_heard", "Press enter to go on.")


def sleep(minutes_left: int | None, *, in_words: bool = True) -> Remark:
    """Tell when the sleep timer ends."""
    unit = "minute" if minutes_left == 1 else "minutes"
    words = (
        "The sleep timer is off." if minutes_left is None else f"Sleep in {minutes_left} {unit}."
    )
    return Remark("sleep", words if in_words else "", {"minutes_left": minutes_left})


def jumped(position_ms: int) -> Remark:
    """Tell programs that the listener went to another place in the clip."""
    return Remark("position", "", {"position_ms": position_ms})


def translation(passage: Passage, index: int, *, is_each: bool = False) -> Remark | None:
    """Tell a line in the source language; None where there is no translation.

    With `is_each` every line is translated, and need not be told to be.
    """
    words = passage.translation
    if not words:
        return None
    is_by_line = len(words) == len(passage.lines)
    text = words[index] if is_by_line else " ".join(words)
    said = "Translation" if is_by_line else "Translation of the whole passage"
    facts = {"node": passage.key, "line": index if is_by_line else None, "text": text}
    return Remark("translation", text if is_each else f"{said}: {text}", facts)


def romanisation(passage: Passage, index: int) -> Remark | None:
    """Tell a line in Latin letters; None where it is written in them."""
    line = passage.lines[index].text
    text = romanised(line, passage.language)
    if text == line:
        return None
    return Remark("romanisation", text, {"node": passage.key, "line": index, "text": text})


def written(passage: Passage, index: int) -> Remark:
    """Tell one line in writing, and who speaks it."""
    text = passage.lines[index].text
    facts = {"node": passage.key, "line": index, "text": text, "speaker": passage.speaker}
    return Remark("line", f"{passage.speaker or 'Narrator'}: {text}", facts)


def left() -> Remark:
    """Tell that the listener's wish to leave was heard."""
    return Remark("left", "Your place is kept.")
