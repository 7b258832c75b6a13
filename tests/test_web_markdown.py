"""Markdown becomes HTML that is safe, and does not flicker while it grows."""

from __future__ import annotations

import pytest

from adapters.web.markdown import render, render_growing, steady


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,<script>)",
        "[x](vbscript:x)",
        "[x](/api/state)",
        "![x](https://tracker.example/pixel.png)",
        "<https://a.example/><b onclick=x>",
        "```html\n<script>\n```",
        '``` "><script>\nx\n```',
    ],
)
def test_nothing_that_somebody_writes_becomes_markup_of_theirs(text: str) -> None:
    html = render(text)
    for bad in ("<script", "<img", "<b ", 'href="/', 'href="javascript', 'href="data', 'href="vbscript'):
        assert bad not in html.lower()


def test_links_to_the_web_open_elsewhere_and_tell_nothing() -> None:
    expected = '<a href="https://a.example" rel="noopener noreferrer nofollow" target="_blank">'
    assert expected in render("[a](https://a.example)")
    assert 'href="mailto:a@b.example"' in render("[a](mailto:a@b.example)")


def test_bare_addresses_are_links_without_what_ends_the_sentence() -> None:
    html = render("See https://findahelpline.com (a directory), or (https://a.example/b).")
    assert 'href="https://findahelpline.com"' in html
    assert 'href="https://a.example/b"' in html
    assert "<a" not in render("`https://a.example`")
    assert render("[https://a.example](https://b.example)").count("<a ") == 1


def test_headings_fit_below_those_of_the_page() -> None:
    assert render("# One") == "<h3>One</h3>\n"


def test_tables_have_no_inline_style_that_the_policy_would_forbid() -> None:
    html = render("| a | b |\n|--:|:--|\n| 1 | 2 |")
    assert "style=" not in html
    assert '<td class="right">1</td>' in html


@pytest.mark.parametrize(
    ("growing", "shown"),
    [
        ("Look:\n``", "Look:"),
        ("Look:\n```py", "Look:\n```py"),
        ("```\ncode\n``", "```\ncode"),
        ("```\ncode\n```", "```\ncode"),
        ("```\ncode\n```\nafter", "```\ncode\n```\nafter"),
        ("some **bold", "some **bold**"),
        ("some **", "some "),
        ("some **bold*", "some **bold**"),
        ("a `code", "a `code`"),
        ("a [link", "a link"),
        ("a [link](https://a", "a link"),
        ("Title\n-", "Title"),
        ("Title\n1.", "Title"),
        ("done.", "done."),
    ],
)
def test_what_is_half_written_is_closed_or_held_back(growing: str, shown: str) -> None:
    assert steady(growing) == shown


def test_no_part_of_a_growing_text_shows_its_marks() -> None:
    whole = "Here **is** `code`:\n\n```python\nprint(1)\n```\n\n- one [link](https://a.example) here\n- two"
    for end in range(1, len(whole)):
        html = render_growing(whole[:end])
        assert "`" not in html
        assert "**" not in html
        assert "](" not in html
