"""The playground in another language than English: cards are in the browser's, and read in its direction."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.browser.playground import card, messages, open_thread, send, visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def starts_at_the_right(inner: Locator, outer: Locator) -> bool:
    """Whether something stands at the right edge of what holds it, within its padding."""
    one, whole = await inner.bounding_box(), await outer.bounding_box()
    assert one is not None
    assert whole is not None
    return whole["x"] + whole["width"] - (one["x"] + one["width"]) < 40


async def test_arabic_cards_read_from_right_to_left(browser: Browser, url: str) -> None:
    context = await browser.new_context(locale="ar", viewport={"width": 1100, "height": 900})
    page = await context.new_page()
    await visit(page, url)
    await open_thread(page, "مرحبا")
    await send(page, "/help")
    helped = messages(page).last.locator(".md")
    await expect(helped.locator("li")).to_have_count(7)
    for block in await helped.locator(":scope > *").all():
        await expect(block).to_have_css("direction", "rtl")
    await expect(helped.locator("code", has_text="/end")).to_have_css("direction", "ltr")

    await page.locator("#tools").get_by_role("button", name="End chat").click()
    question = card(page, "confirmation")
    await expect(question).to_have_css("direction", "rtl")
    await expect(question).to_have_attribute("lang", "ar")
    yes = question.get_by_role("button", name="إنهاء المحادثة")
    assert await starts_at_the_right(yes, question)
    assert await starts_at_the_right(question.locator(".icon").first, question)
    await yes.click()
    await expect(card(page, "notice")).to_have_css("direction", "rtl")
    await expect(card(page, "notice")).to_contain_text("بناءً على طلب \u2068Ann\u2069")


async def test_words_from_right_to_left_are_read_so_in_an_english_page(browser: Browser, url: str) -> None:
    page = await browser.new_page()
    await visit(page, url)
    await open_thread(page, "ما سبب المد والجزر؟")
    await expect(messages(page).first.locator(".md p")).to_have_css("direction", "rtl")
    await expect(messages(page).last.locator(".md p").first).to_have_css("direction", "ltr")
