"""The playground in another language than English: the browser's or a chosen one, read in its direction."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from bot import texts
from bot.texts import labels, playground
from tests.browser.playground import card, composer, messages, open_thread, send, visit

WIDE, NARROW = ViewportSize(width=1280, height=820), ViewportSize(width=390, height=760)
TOO_WIDE = """
() => [...document.querySelectorAll("button, .pill, .badge, .role, .tag, h1, .keys, .locked p, select")]
  .filter((one) => one.checkVisibility() && !one.matches(".sr, .head h1"))
  .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline")
  .map((one) => `${one.className}: ${one.textContent.trim()}`)
"""
"""What is cut off or runs out of its frame, on the whole page."""
OUTSIDE = """
() => [...document.querySelectorAll("header, #scroll, #composer, #send, #locked, #locked button")]
  .filter((one) => one.checkVisibility())
  .map((one) => [one.getBoundingClientRect(), one.id || one.className])
  .filter(([box]) => box.left < 0 || box.right > innerWidth)
  .map(([, name]) => name)
"""
"""What reaches beyond the window: the page itself never scrolls, so nobody could get there."""

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

    await page.locator("#tools").get_by_role("button", name="إنهاء المحادثة").click()
    question = card(page, "confirmation")
    await expect(question).to_have_css("direction", "rtl")
    await expect(question).to_have_attribute("lang", "ar")
    yes = question.get_by_role("button", name="إنهاء المحادثة")
    assert await starts_at_the_right(yes, question)
    assert await starts_at_the_right(question.locator(".icon").first, question)
    await yes.click()
    await expect(card(page, "notice")).to_have_css("direction", "rtl")
    await expect(card(page, "notice")).to_contain_text("بناءً على طلب \u2068Ann\u2069")


async def test_own_words_keep_their_direction_on_an_arabic_card(browser: Browser, url: str) -> None:
    context = await browser.new_context(locale="ar")
    page = await context.new_page()
    await visit(page, url)
    await open_thread(page, "Will it read well?")
    await send(page, "Please end this chat.")
    await card(page, "confirmation").get_by_role("button", name="إنهاء المحادثة").click()
    notice = card(page, "notice")
    await notice.get_by_role("button", name="تفريع").click()
    await expect(notice.locator(".choice").first).to_have_css("direction", "ltr")
    await notice.get_by_role("button", name="كان ذلك خطأ").click()
    await page.locator("#words").fill("I only asked.")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#whisper")).not_to_be_empty()
    await visit(page, f"{url}/c/moderators?as=mo")
    told = card(page, "moderators").filter(has_text="I only asked.")
    await expect(told).to_have_css("direction", "rtl")
    await expect(told.locator("blockquote")).to_have_css("direction", "ltr")


async def test_words_from_right_to_left_are_read_so_in_an_english_page(browser: Browser, url: str) -> None:
    page = await browser.new_page()
    await visit(page, url)
    await open_thread(page, "ما سبب المد والجزر؟")
    await expect(messages(page).first.locator(".md p")).to_have_css("direction", "rtl")
    await expect(messages(page).last.locator(".md p").first).to_have_css("direction", "ltr")


async def fits(page: Page) -> None:
    """Nothing is cut off, and nothing makes the page wider than its window."""
    assert await page.evaluate(TOO_WIDE) == []
    assert await page.evaluate(OUTSIDE) == []


@pytest.mark.parametrize("language", texts.LANGUAGES)
async def test_the_page_fits_wide_and_narrow_windows_in_every_language(
    browser: Browser, url: str, language: str
) -> None:
    context = await browser.new_context(locale=language, viewport=WIDE)
    page = await context.new_page()
    await visit(page, url)
    say = texts.translator(language)
    await expect(page.locator("html")).to_have_attribute("lang", language)
    await expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    await expect(composer(page)).to_have_attribute("placeholder", words(language, "ask"))
    await fits_wide_and_narrow(page)
    await page.set_viewport_size(NARROW)
    await page.get_by_role("button", name=words(language, "channels_and_threads")).click()
    await expect(page.get_by_role("button", name=words(language, "new_chat"))).to_be_visible()
    await fits(page)
    await page.get_by_role("button", name=words(language, "close_list")).click()
    await open_thread(page, "Hello")
    await composer(page).fill("/")
    await expect(page.locator("#hints button")).to_have_count(4)
    await fits_wide_and_narrow(page)
    await composer(page).fill("")
    await page.locator("#tools").get_by_role("button", name=say(labels.end_chat.english)).click()
    await card(page, "confirmation").get_by_role("button", name=say(labels.end_chat.english)).click()
    await expect(page.locator("#locked")).to_contain_text(words(language, "locked"))
    await expect(card(page, "notice").get_by_role("button")).to_have_count(5)
    await fits_wide_and_narrow(page)


async def fits_wide_and_narrow(page: Page) -> None:
    for size in (WIDE, NARROW):
        await page.set_viewport_size(size)
        await fits(page)


def words(language: str, name: str) -> str:
    """A sentence of the page as a reader of this language sees it."""
    say = texts.translator(language)
    return say(playground.PAGE[name].english).replace("{assistant}", say.apart("adieu"))


async def test_a_chosen_language_holds_for_page_and_cards_until_another_is_chosen(
    browser: Browser, url: str
) -> None:
    context = await browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 820})
    page = await context.new_page()
    await visit(page, url)
    await open_thread(page, "Hello")
    await expect(messages(page).last.locator("time")).to_have_text(re.compile(r"^\d+:\d\d$"))
    place = page.url
    await page.get_by_label("Language").select_option(label="Deutsch")
    await expect(page.get_by_role("button", name="Neuer Chat", exact=True)).to_be_visible()
    await page.wait_for_url(place)  # the choice leaves no trace in the address
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("lang", "de")
    await page.locator("#tools").get_by_role("button", name="Chat beenden").click()
    await expect(card(page, "confirmation")).to_have_attribute("lang", "de")
    await page.get_by_label("Sprache").select_option(label="English")
    await expect(page.get_by_role("button", name="New chat", exact=True)).to_be_visible()


async def test_an_arabic_list_stands_at_the_right_and_its_drawer_comes_from_there(
    browser: Browser, url: str
) -> None:
    context = await browser.new_context(locale="ar", viewport={"width": 390, "height": 760})
    page = await context.new_page()
    await visit(page, url)
    sidebar = page.locator("#sidebar")
    await expect(sidebar).to_be_hidden()
    await page.locator("#menu").click()
    await expect(sidebar).to_be_in_viewport(ratio=1)
    box = await sidebar.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] == 390
