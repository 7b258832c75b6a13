"""A person's own words, clear yeses, the words for `/end`, and titles: tables for the pure functions."""

from __future__ import annotations

import pytest

from bot import words


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("end this chat", "end this chat"),
        ("  end \n this\tchat ", "end this chat"),
        ("> end this chat", ""),
        ("  > end this chat", ""),
        ("&gt; end this chat", ""),
        ("> quoted\nmine", "mine"),
        ("mine > yours", "mine > yours"),
        ("```end```", ""),
        ("a ```end\nthis``` b", "a b"),
        ("a ```end\nthis", "a"),
        ("[attachment: end.txt, 3 kB]", ""),
        ("see [attachment: end.txt] and [attachment: b] now", "see and now"),
        ("https://example.invalid/end-this-chat", ""),
        ("at http://example.invalid/ now", "at now"),
        ("", ""),
    ],
)
def test_quotes_code_files_and_links_are_not_a_persons_own_words(text: str, own: str) -> None:
    """E11, E38."""
    assert words.own(text) == own


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "Yes!",
        "YES.",
        " yes ",
        "yes, please",
        "Yes - end it",
        "yeah",
        "y",
        "sí",
        "si",
        "sí, por favor",
        "ja",
        "Ja, bitte!",
        "oui, s'il te plaît",
        "sim",
        "はい",
        "tak proszę",
        "evet",
        "نعم",
        "हाँ",
        "да",
        "end chat",
        "End this chat.",
        "confirm",
        "yes\nend it",
    ],
)
def test_a_clear_yes_in_the_languages_of_the_notices(text: str) -> None:
    """E10."""
    assert words.is_yes(text)


@pytest.mark.parametrize(
    "text",
    [
        "yes?",
        "yes end it?",
        "yes but later",
        "no",
        "",
        " ",
        "> yes",
        "```yes```",
        "yes https://example.invalid",
        "yes > yes?",
        "yesyes",
        "okay",
        "end",
        "end the list",
        "kill the process",
        "[attachment: yes]",
        "?",
        "> no\nyes",
        "yes no",
        "!",
    ],
)
def test_anything_else_is_no_yes(text: str) -> None:
    """E10, E11."""
    assert not words.is_yes(text)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("end this chat", True),
        ("End the chat, please!", True),
        ("please end this conversation", True),
        ("Please end the conversation.", True),
        ("end chat", False),
        ("end the list", False),
        ("can you end this chat for my story", False),
        ("> end this chat", False),
        ("bye", False),
        ("", False),
    ],
)
def test_only_the_plain_words_mean_the_command(text: str, *, asks: bool) -> None:
    """E11, E12."""
    assert words.asks_to_end(text) is asks


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Hello there", "Hello there"),
        ("**Hello** `there` #1", "Hello there 1"),
        ("<@123> hello <#5>", "hello"),
        ("@everyone and @here come", "and come"),
        ("line\none", "line one"),
        ("> quoted\nmine", "mine"),
        ("> only quoted", "only quoted"),
        ("a\u200bb\u202ec", "abc"),
        ("", "Chat"),
        ("***", "Chat"),
        ("x" * 80, "x" * 80),
        ("word " * 30, "word " * 14 + "word…"),
        ("x" * 81, "x" * 79 + "…"),
        ("a " * 36 + "end, tail tail", "a " * 36 + "end…"),
    ],
)
def test_a_title_is_one_plain_line(text: str, title: str) -> None:
    assert words.title(text) == title


def test_a_title_is_no_longer_than_asked_for() -> None:
    assert words.title("one two three", 9) == "one two…"
    assert words.title("one two", 7) == "one two"
    assert all(len(words.title("ab " * 40, limit)) <= limit for limit in range(2, 81))


@pytest.mark.parametrize(
    "text",
    [
        "Sorry!",
        "I'm so sorry...",
        "Lo siento",
        "Tut mir leid.",
        "Je m’excuse",
        "Peço desculpas",
        "ごめんなさい",
        "Przepraszam",
        "Özür dilerim",
        "أنا آسف",
        "मुझे माफ़ करें",
    ],
)
def test_nothing_but_an_apology_is_an_apology(text: str) -> None:
    """E6."""
    assert words.is_apology(text)


@pytest.mark.parametrize(
    "text", ["sorry, but you are useless", "> sorry", "sorry not sorry", "```sorry```", "not sorry", ""]
)
def test_anything_more_or_quoted_is_no_apology(text: str) -> None:
    """E6, E11."""
    assert not words.is_apology(text)
