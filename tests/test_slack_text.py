"""Text on Slack, both ways: what we post pings nobody, what people write is read as they see it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.inert import BREAK, escaped, inert, known
from adapters.slack.reading import mentioned, text_of
from adapters.slack.split import LIMIT, split
from bot.types import Person
from tests.doubles.slack.mentions import in_blocks, in_text

SIGNS = [
    "<",
    ">",
    "!",
    "@",
    "&lt;",
    "&gt;",
    "&amp;",
    "&#60;",
    "&#x3c;",
    "&#64;",
    "\\",
    "^",
    "|",
    "`",
    "**",
    " ",
    "\n",
]
WORDS = [
    "channel",
    "here",
    "everyone",
    "group",
    "CHANNEL",
    "a",
    "é",
    "subteam^S0123ABC",
    "U0123ABC",
    "W0123ABC",
]
WHOLE = ["<!channel>", "<@U0123ABC>", "<!subteam^S0123ABC|@all>", "@here", "a@channel.org"]
BITS = st.sampled_from([*SIGNS, *WORDS, *WHOLE, BREAK])
TEXTS = st.lists(BITS, max_size=30).map("".join)


def pings(text: str) -> bool:
    """Whether Slack would find anybody to ping, before or after it has resolved Markdown's escapes."""
    plain = text
    for code, char in (
        ("&lt;", "<"),
        ("&#60;", "<"),
        ("&#x3c;", "<"),
        ("&#64;", "@"),
        ("&gt;", ">"),
        ("\\", ""),
    ):
        plain = plain.replace(code, char)
    return bool(
        in_text(text, link_names=True)
        or in_text(plain, link_names=True)
        or in_blocks({"type": "markdown", "text": text})
    )


@given(TEXTS)
def test_no_text_of_the_model_pings_anybody(text: str) -> None:
    assert not pings(inert(text))
    assert inert(text).replace(BREAK, "") == text.replace(BREAK, "")
    assert inert(inert(text)) == inert(text)


@given(TEXTS, st.lists(st.integers(min_value=0, max_value=300), max_size=6))
def test_bites_of_a_growing_text_make_the_same_as_the_whole(text: str, cuts: list[int]) -> None:
    shown = ""
    for cut in sorted(cuts):
        grown = known(text[:cut])
        assert grown.startswith(shown)
        shown = grown
        assert not pings(shown)
    assert inert(text).startswith(shown)


@given(TEXTS)
def test_small_print_says_the_same_without_any_markup_of_slack(text: str) -> None:
    assert "<" not in escaped(text)
    assert not in_text(escaped(text), link_names=True)


@pytest.mark.parametrize(
    "text", ["vector<int>& x", "mail ann@here.example", "a < b && c", "#include <stdio.h>"]
)
def test_what_is_no_mention_stays_as_it_is(text: str) -> None:
    assert inert(text) == text


@given(st.text(alphabet="ab c\n.`", max_size=400), st.integers(min_value=80, max_value=120))
def test_parts_fit_and_lose_no_word(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(len(part) <= limit + 20 for part in parts)
    assert "".join("".join(parts).replace("`", "").split()) == "".join(text.replace("`", "").split())


def test_code_goes_on_as_code_in_the_next_message() -> None:
    code = "```python\n" + "\n".join(f"line_{number} = {number}" for number in range(1500)) + "\n```"
    parts = split(code)
    assert len(parts) > 1
    assert all(part.startswith("```python\n") and part.endswith("\n```") for part in parts)
    assert all(len(part) <= LIMIT + 40 for part in parts)


def test_a_message_is_read_as_people_see_it() -> None:
    people = {"U1": Person("U1", "Ben"), "UME": Person("UME", "Adieu")}
    text = (
        "<@UME>  hi <@U1>, see <#C1|general>, <https://a.example/x|a.example/x> and <https://b.example|this>"
        " <!here> <!subteam^S1|@crew> <mailto:a@b.example|a@b.example> 1 &lt; 2 &amp;&amp; 3\n&gt; quoted"
    )
    event = {"text": text, "files": [{"name": "tides.pdf"}]}
    assert text_of(event, "UME", people) == (
        "hi @Ben, see #general, https://a.example/x and this (https://b.example)"
        " @here @crew a@b.example 1 < 2 && 3\n> quoted\n[attachment: tides.pdf]"
    )
    assert mentioned(text) == ("UME", "U1")


def test_what_somebody_has_typed_is_no_markup() -> None:
    assert text_of({"text": "&lt;@U1&gt; &amp;lt;"}, "UME", {"U1": Person("U1", "Ben")}) == "<@U1> &lt;"
