"""What languages are called, in English."""

from __future__ import annotations

from typing import Final

_NAMES: Final = {
    "as": "Assamese",
    "bn": "Bengali",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "gu": "Gujarati",
    "hi": "Hindi",
    "it": "Italian",
    "kn": "Kannada",
    "ml": "Malayalam",
    "mr": "Marathi",
    "or": "Odia",
    "pa": "Punjabi",
    "pt": "Portuguese",
    "si": "Sinhala",
    "ta": "Tamil",
    "te": "Telugu",
    "ur": "Urdu",
}


def language_name(code: str) -> str:
    """Return a language in words: "hi" is Hindi, "hi-mixed" Hindi + English."""
    base, _, more = code.partition("-")
    name = _NAMES.get(base, base)
    if more == "mixed":
        return f"{name} + English"
    return f"{name} ({more})" if more else name


def language_code(name: str) -> str | None:
    """Return the code of a language called so; None where none is."""
    return next((code for code, called in _NAMES.items() if called == name), None)
