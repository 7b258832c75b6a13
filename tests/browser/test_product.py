"""The whole product in a real browser: `adieu run`, its real core and store, and the offline stand-in."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Product
from tests.browser.playground import (
    answered,
    ask_to_end,
    card,
    composer,
    form,
    messages,
    open_thread,
    say,
    send,
    serious,
    speak_as,
    use,
    visit,
)

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
RUDE = "you silly bot"


async def open_page(browser: Browser, product: Product) -> Page:
    page = await browser.new_page(viewport={"width": 1280, "height": 820})
    await visit(page, product.url)
    return page


async def test_from_hello_to_a_new_chat(page: Page) -> None:
    """E9, E10, E28, E33."""
    await send(page, "Hello!")
    await page.wait_for_url("**/t/*")
    await expect(page.locator(".writing .dots")).to_be_visible()
    await answered(page)
    await expect(messages(page).last).to_contain_text("offline stand-in")
    await send(page, "Please end this chat.")
    question = card(page, "confirmation")
    await expect(question).to_contain_text("permanent for this thread")
    await question.get_by_role("button", name="End chat").click()
    await expect(card(page, "notice")).to_contain_text("because Ann asked for it")
    await expect(composer(page)).to_be_hidden()
    await expect(page.locator("#whisper")).to_be_empty()
    ended = page.url
    await card(page, "notice").get_by_role("button", name="Start a new chat").click()
    await expect(page).not_to_have_url(ended)
    await expect(composer(page)).to_be_focused()
    await say(page, "Hello again!")


async def test_rude_words_are_redirected_then_warned_for_then_they_end_the_chat(
    browser: Browser, product: Product
) -> None:
    """E3 to E5, E28."""
    page = await open_page(browser, product)
    await open_thread(page, RUDE)
    for _ in range(2):
        await say(page, RUDE)
    await expect(messages(page).filter(has_text="leads nowhere here")).to_have_count(3)
    await expect(card(page, "warning")).to_have_count(0)
    await send(page, RUDE)
    await expect(card(page, "warning")).to_contain_text("may be ended")
    await expect(messages(page).filter(has_text="I list what I can do")).to_be_visible()
    await expect(page.locator(".writing")).to_have_count(0)
    await expect(composer(page)).to_be_visible()
    await send(page, RUDE)
    await expect(card(page, "notice")).to_contain_text("after a warning")
    await expect(composer(page)).to_be_hidden()
    await expect(messages(page).filter(has_text="leads nowhere here")).to_have_count(3)
    await card(page, "notice").get_by_role("button", name="Start a new chat").click()
    await expect(composer(page)).to_be_focused()


async def test_in_a_crisis_help_is_shown_and_nothing_speaks_of_ending(page: Page) -> None:
    """E16 to E18."""
    await open_thread(page)
    await ask_to_end(page)
    await send(page, "I want to hurt myself")
    await expect(card(page, "crisis")).to_be_visible()
    await expect(card(page, "confirmation")).to_have_count(0)
    await expect(page.locator("#tools")).to_contain_text("Kept open")
    await expect(page.get_by_role("button", name="End chat")).to_have_count(0)
    await composer(page).fill("/")
    await expect(page.locator("#hints")).to_contain_text("/new")
    await expect(page.locator("#hints")).not_to_contain_text("/end")
    await composer(page).fill("")
    await expect(page.locator(".writing")).to_have_count(0)
    await speak_as(page, "Mo")
    await page.get_by_role("button", name="Release").click()
    await expect(page.locator("#tools")).not_to_contain_text("Kept open")


async def test_a_slow_answer_is_stopped_and_keeps_what_was_there(page: Page) -> None:
    await open_thread(page)
    await send(page, "slow")
    await expect(messages(page).last.locator(".md")).to_contain_text("Word 3")
    await page.get_by_role("button", name="Stop").click()
    await expect(page.locator(".writing")).to_have_count(0)
    await expect(messages(page).last).to_contain_text("Word 3")
    await expect(messages(page).last).not_to_contain_text("Word 30")
    await say(page, "Hello")


async def test_neither_a_reload_nor_a_restart_loses_anything(browser: Browser, product: Product) -> None:
    """E29: what is ended stays ended, what is open stays open, and every question keeps its buttons."""
    page = await open_page(browser, product)
    await open_thread(page, "show markdown")
    await (await ask_to_end(page)).get_by_role("button", name="End chat").click()
    await expect(page.locator("#locked")).to_be_visible()
    await card(page, "notice").get_by_role("button", name="This was wrong").click()
    await page.locator("#words").fill("I only wanted to try it.")
    await page.keyboard.press("Escape")
    ended, feed = page.url, await page.locator("#feed li").all_inner_texts()
    await visit(page, product.url)
    await open_thread(page, "Hello")
    await ask_to_end(page)
    await composer(page).fill("half a thou")
    living, before = page.url, await page.locator("#feed li").all_inner_texts()
    for again in (product.stop, product.kill):
        await again()
        await expect(page.locator("#away")).to_be_visible()
        await product.start()
        await expect(page.locator("#away")).to_be_hidden()
        await page.reload()
        await expect(card(page, "confirmation").get_by_role("button")).to_have_count(2)
        assert await page.locator("#feed li").all_inner_texts() == before
        await expect(composer(page)).to_have_value("half a thou")
        await visit(page, ended)
        await expect(composer(page)).to_be_hidden()
        await card(page, "notice").get_by_role("button", name="This was wrong").click()
        await expect(page.locator("#words")).to_have_value("I only wanted to try it.")
        await page.keyboard.press("Escape")
        assert await page.locator("#feed li").all_inner_texts() == feed
        await visit(page, living)
    await card(page, "confirmation").get_by_role("button", name="End chat").click()
    await expect(card(page, "notice")).to_be_visible()


async def test_an_answer_that_a_crash_interrupts_is_finished_after_the_restart(
    browser: Browser, product: Product
) -> None:
    page = await open_page(browser, product)
    await open_thread(page, "Hello")
    await send(page, "slow")
    await expect(messages(page).last.locator(".md")).to_contain_text("Word 3")
    await product.kill()
    await product.start()
    await expect(messages(page).last).to_contain_text("Word 30")
    await expect(messages(page)).to_have_count(4)


async def test_a_message_is_branched_from_and_the_old_thread_stays(page: Page) -> None:
    """E34."""
    old = await open_thread(page)
    await say(page, "Tell me about rivers")
    await use(page, "rivers", "Edit")
    await expect(form(page)).to_contain_text("this one stays as it is")
    await page.locator("#words").fill("Tell me about lakes")
    await form(page).get_by_role("button", name="Branch").click()
    await expect(page).not_to_have_url(old)
    await expect(composer(page)).to_be_focused()
    await expect(page.locator("#title")).to_have_text("Tell me about lakes")
    await expect(messages(page).filter(has_text="I read your message")).to_contain_text("lakes")
    await answered(page)
    await visit(page, old)
    await expect(messages(page)).to_have_count(4)
    await expect(messages(page).filter(has_text="lakes")).to_have_count(0)


async def test_an_ended_chat_goes_on_in_a_branch(page: Page) -> None:
    """E34."""
    await open_thread(page)
    await say(page, "Tell me about rivers")
    await (await ask_to_end(page)).get_by_role("button", name="End chat").click()
    await card(page, "notice").get_by_role("button", name="Branch").click()
    await expect(form(page).locator(".choice")).to_have_text(["Tell me about rivers", "What can you do?"])
    await form(page).locator(".choice").first.click()
    await expect(page.locator("#words")).to_have_value("Tell me about rivers")
    await page.locator("#words").fill("Tell me about the sea")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#title")).to_have_text("Tell me about the sea")
    await expect(composer(page)).to_be_focused()
    await answered(page)


async def test_feedback_and_an_appeal_reach_the_moderators(page: Page) -> None:
    """E35, E36."""
    thread = await open_thread(page)
    await (await ask_to_end(page)).get_by_role("button", name="End chat").click()
    notice = card(page, "notice")
    await notice.get_by_role("button", name="This was fine").click()
    await expect(page.locator("#whisper")).to_contain_text("Thank you")
    await notice.get_by_role("button", name="Appeal").click()
    await form(page).get_by_role("button", name="Send").click()
    await expect(form(page).get_by_role("alert")).to_contain_text("a few words")
    await page.locator("#words").fill("It was a misunderstanding.")
    await form(page).get_by_role("button", name="Send").click()
    await expect(page.locator("#whisper")).to_contain_text("A person will decide it")
    await expect(notice.get_by_role("button", name="Appeal")).to_be_focused()
    await speak_as(page, "Mo")
    await page.locator(".places").get_by_role("link", name="moderators").click()
    told = card(page, "moderators").filter(has_text="misunderstanding")
    await told.get_by_role("link", name="Open the thread").click()
    await page.wait_for_url(thread)
    await page.get_by_role("button", name="Reopen").click()
    await expect(composer(page)).to_be_visible()


async def test_a_deleted_message_is_gone_for_everybody(page: Page, browser: Browser) -> None:
    thread = await open_thread(page)
    await say(page, "A secret")
    other = await browser.new_page()
    await visit(other, f"{thread}?as=ben")
    await expect(messages(other).nth(2)).to_contain_text("A secret")
    await use(page, "A secret", "Delete")
    await expect(form(page).get_by_role("button", name="Keep it")).to_be_focused()
    await form(page).get_by_role("button", name="Delete").click()
    for seen in (page, other):
        await expect(messages(seen).nth(2)).to_contain_text("deleted")
        await expect(messages(seen).nth(2)).not_to_contain_text("A secret")
    await expect(composer(page)).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
async def test_axe_finds_nothing_serious_on_the_way(
    browser: Browser, url: str, scheme: Literal["light", "dark"], width: int
) -> None:
    page = await browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 740})
    await visit(page, url)
    await open_thread(page)
    await say(page, "Tell me about rivers")
    await use(page, "rivers", "Edit")
    await expect(page.locator("#words")).to_be_focused()
    assert await serious(page) == []
    await page.keyboard.press("Escape")
    await use(page, "rivers", "Delete")
    assert await serious(page) == []
    await page.keyboard.press("Escape")
    await send(page, "/end")
    await card(page, "confirmation").get_by_role("button", name="End chat").click()
    for name in ("Branch", "This was wrong", "Appeal"):
        await card(page, "notice").get_by_role("button", name=name).click()
        await expect(form(page)).to_be_visible()
        assert await serious(page) == []
    assert await page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    await visit(page, f"{page.url}?as=mo")
    await page.get_by_role("button", name="Moderation").click()
    await expect(page.locator("#moderate")).to_be_visible()
    assert await serious(page) == []
    assert await page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Moderation")).to_be_focused()
