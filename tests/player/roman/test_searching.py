"""A title is found by what a listener types, in its script or in bare Latin letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.roman import search_key, typed_key

TITLES = [
    "चालाक कौआ",
    "बचपन के दिन",
    "லட்டு புத்திசாலிக் காகம்",
    "চাঁদের পাহাড়",
    "La città è lontana",
    "The Owl, the Fox and the Player's Book",
]


def found(typed: str, title: str) -> bool:
    key = search_key(title)
    return all(word in key for word in search_key(typed).split())


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("chalak kauwa", "चालाक कौआ"),
        ("chaalaak kaua", "चालाक कौआ"),
        ("CHALAK KAUA", "चालाक कौआ"),
        ("chalak kavva", "चालाक कव्वा"),
        ("चालाक कौआ", "चालाक कौआ"),
        ("ज़मीन", "ज\u093cमीन"),
        ("zameen", "ज़मीन"),
        ("jamin", "ज़मीन"),
        ("hindi", "हिन्दी"),
        ("हिंदी", "हिन्दी"),
        ("hasna hansna", "हँसना"),
        ("kahaniyan", "कहानियाँ"),
        ("kahaniya", "कहानियाँ"),
        ("gyan", "ज्ञान"),
        ("dukh", "दुःख"),
        ("krishna", "कृष्ण"),
        ("shri", "श्री"),
        ("ramayan ramayana", "रामायण"),
        ("bada ghoda", "बड़ा घोड़ा"),
        ("bara ghora", "बड़ा घोड़ा"),
        ("puthisali kagam", "புத்திசாலிக் காகம்"),
        ("puttisali kakam", "புத்திசாலிக் காகம்"),
        ("காகம்", "புத்திசாலிக் காகம்"),
        ("tamizh", "தமிழ்"),
        ("thanneer", "தண்ணீர்"),
        ("kuzhanthaigal", "குழந்தைகள்"),
        ("chalak kak", "চালাক কাক"),
        ("কাক", "চালাক কাক"),
        ("golpo", "গল্প"),
        ("chander pahar", "চাঁদের পাহাড়"),
        ("lokkhi", "লক্ষ্মী"),
        ("kolkata", "কলকাতা"),
        ("jatra", "যাত্রা"),
        ("iphonewala", "iPhoneवाला"),
        ("25 din", "२५ दिन"),
        ("e citta", "La città è lontana"),
    ],
)
def test_a_title_is_found_as_people_type_it(typed: str, title: str) -> None:
    assert found(typed, title)


@pytest.mark.parametrize("title", TITLES)
def test_each_letter_typed_still_finds_the_title_in_its_own_script(title: str) -> None:
    key = search_key(title)
    for end in range(len(title) + 1):
        assert all(word in key for word in typed_key(title[:end]).split()), title[:end]


@pytest.mark.parametrize(
    ("typed", "title"),
    [("chaalaak kauwa", "चालाक कौआ"), ("bachpan", "बचपन"), ("chander pahaar", "চাঁদের পাহাড়")],
)
def test_each_letter_typed_in_latin_letters_still_finds_the_title(typed: str, title: str) -> None:
    assert all(found(typed[:end], title) for end in range(len(typed) + 1))


def test_another_title_is_not_found() -> None:
    assert not found("gilahari", "चालाक कौआ")
    assert not found("kak gach", "চালাক কাক")


@given(st.text())
def test_every_text_finds_itself(text: str) -> None:
    assert found(text, text)
