"""The stories of the playground, with the whole program and its offline stand-in, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Product
from tests.browser.playground import (
    answered,
    ask_to_end,
    card,
    composer,
    end,
    messages,
    moderate,
    open_thread,
    send,
    speak_as,
    visit,
)

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_newcomer_reads_what_to_do_and_who_answers(browser: Browser, product: Product) -> None:
    page = await browser.new_page()
    await visit(page, product.url)
    await expect(page.get_by_role("heading", name="Say hello to adieu")).to_be_visible()
    await expect(page.locator("#model")).to_contain_text("offline stand-in")
    await page.locator(".starters button").first.click()
    await expect(composer(page)).to_be_focused()
    await expect(composer(page)).to_have_value("What can you do?")


async def test_a_message_opens_a_thread_and_the_answer_arrives_there(page: Page) -> None:
    await open_thread(page, "show markdown")
    await expect(page.locator("#title")).to_have_text("show markdown")
    await expect(messages(page)).to_have_count(2)
    await expect(page.locator(".md table")).to_be_visible()
    await expect(page.locator(".md a")).to_have_attribute("rel", "noopener noreferrer nofollow")
    await expect(page.locator(".places [aria-current]")).to_have_text(re.compile("show markdown"))
    await send(page, "And hello again")
    await expect(messages(page)).to_have_count(4)
    await answered(page)


async def test_an_answer_is_seen_growing_and_can_be_stopped(page: Page) -> None:
    await open_thread(page)
    await send(page, "slow")
    await expect(page.locator(".writing .dots")).to_be_visible()
    reply = messages(page).last.locator(".md")
    await expect(reply).not_to_be_empty()
    before = await reply.inner_text()
    await expect(reply).not_to_have_text(before)
    await page.get_by_role("button", name="Stop").click()
    await expect(page.locator(".writing")).to_have_count(0)
    await expect(reply).not_to_be_empty()


async def test_ending_by_asking_locks_the_thread_and_a_new_chat_starts_at_once(page: Page) -> None:
    """E9, E10, E33."""
    ended = await open_thread(page)
    await send(page, "Please end this chat")
    await card(page, "confirmation").get_by_role("button", name="End chat").click()
    await expect(card(page, "notice")).to_be_visible()
    await expect(composer(page)).to_be_hidden()
    await expect(page.locator("#locked")).to_contain_text("This chat has ended. Nothing was deleted.")
    await expect(page.locator(".places [aria-current]")).to_contain_text("ended")
    await card(page, "notice").get_by_role("button", name="Start a new chat").click()
    await expect(page).not_to_have_url(ended)
    await expect(composer(page)).to_be_focused()
    await send(page, "Hello again")
    await answered(page)
    await visit(page, ended)
    await expect(card(page, "notice")).to_be_visible()
    await expect(composer(page)).to_be_hidden()


async def test_keep_talking_changes_nothing(page: Page) -> None:
    """E10."""
    await open_thread(page)
    await (await ask_to_end(page)).get_by_role("button", name="Keep talking").click()
    await expect(card(page, "confirmation")).to_have_count(0)
    await send(page, "Where were we?")
    await answered(page)


async def test_somebody_elses_yes_is_refused_politely(page: Page) -> None:
    """E10."""
    await open_thread(page)
    question = await ask_to_end(page)
    await speak_as(page, "Ben")
    await question.get_by_role("button", name="End chat").click()
    await expect(page.locator("#whisper")).not_to_be_empty()
    await expect(question.get_by_role("button")).to_have_count(2)
    await expect(page.locator("#hints")).to_contain_text("Ann started this chat")
    await page.get_by_role("button", name="mention @adieu").click()
    await expect(composer(page)).to_have_value("@adieu ")


async def test_abuse_is_warned_for_before_it_ends(page: Page) -> None:
    """E3 to E5, and E28."""
    await open_thread(page)
    for _ in range(8):
        if await card(page, "warning").count():
            break
        before = await messages(page).count()
        await send(page, "you silly bot")
        await expect(messages(page).nth(before + 1)).to_be_visible()
        await expect(page.locator(".writing")).to_have_count(0)
    await expect(card(page, "warning")).to_be_visible()
    await expect(composer(page)).to_be_visible()


async def test_the_crisis_card_is_there_at_once_and_can_be_put_away(page: Page) -> None:
    """E16, E17."""
    await open_thread(page)
    await send(page, "I want to hurt myself")
    await expect(card(page, "crisis")).to_be_visible()
    await expect(card(page, "crisis").get_by_role("link")).to_have_attribute("href", re.compile("^https://"))
    await expect(page.locator("#tools")).to_contain_text("Kept open")
    await expect(page.get_by_role("button", name="End chat")).to_have_count(0)
    await card(page, "crisis").get_by_role("button").click()
    await expect(card(page, "crisis")).to_have_count(0)


async def test_a_reload_loses_nothing_not_even_a_draft(page: Page) -> None:
    await open_thread(page)
    await ask_to_end(page)
    await composer(page).fill("I was about to say")
    before = await page.locator("#feed").inner_text()
    await page.reload()
    await expect(card(page, "confirmation").get_by_role("button")).to_have_count(2)
    assert await page.locator("#feed").inner_text() == before
    await expect(composer(page)).to_have_value("I was about to say")


async def test_a_draft_goes_along_into_the_new_chat(page: Page) -> None:
    await open_thread(page)
    question = await ask_to_end(page)
    await composer(page).fill("One more thought")
    await question.get_by_role("button", name="End chat").click()
    await expect(page.locator("#locked")).to_contain_text("is kept")
    await page.locator("#locked").get_by_role("button").click()
    await expect(composer(page)).to_have_value("One more thought")


async def test_what_is_too_long_stays_in_the_composer(page: Page) -> None:
    text = "far too long " * 400
    await composer(page).fill(text)
    await composer(page).press("Enter")
    await expect(page.locator("#trouble")).to_contain_text("5,200 of at most 4,000 characters")
    await expect(composer(page)).to_have_value(text)


async def test_while_the_server_is_away_a_line_says_so_and_nothing_is_lost(
    browser: Browser, product: Product
) -> None:
    page = await browser.new_page()
    await visit(page, product.url)
    await open_thread(page)
    await product.kill()
    await expect(page.locator("#away")).to_be_visible()
    await composer(page).fill("Are you there?")
    await composer(page).press("Enter")
    await expect(page.locator("#trouble")).to_contain_text("Not sent yet")
    await expect(composer(page)).to_have_value("Are you there?")
    await product.start()
    await expect(page.locator("#away")).to_be_hidden()
    await expect(messages(page)).to_have_count(4)
    await answered(page)
    await expect(composer(page)).to_have_value("")
    await expect(page.locator("#trouble")).to_be_empty()


async def test_a_moderator_is_told_and_reopens(page: Page) -> None:
    """E29, E36."""
    thread = await open_thread(page)
    await end(page)
    await expect(page.locator(".places")).not_to_contain_text("moderators")
    await speak_as(page, "Mo")
    await page.locator(".places").get_by_role("link", name="moderators").click()
    told = card(page, "moderators").last
    await told.get_by_role("button", name="Reopen").click()
    await told.get_by_role("link", name="Open the thread").click()
    await expect(composer(page)).to_be_visible()
    assert page.url == thread


async def test_a_moderator_locks_and_unlocks_by_hand(page: Page) -> None:
    """E36, E37."""
    await open_thread(page)
    await speak_as(page, "Mo")
    await moderate(page, "Lock")
    await expect(composer(page)).to_be_hidden()
    await expect(card(page, "notice")).to_be_visible()
    await moderate(page, "Unlock")
    await expect(composer(page)).to_be_visible()


async def test_two_pages_see_the_same(page: Page, browser: Browser) -> None:
    thread = await open_thread(page)
    other = await browser.new_page()
    await visit(other, f"{thread}?as=ben")
    await expect(messages(other)).to_have_count(2)
    await send(page, "Hello Ben")
    await expect(messages(other)).to_have_count(4)
    await end(page)
    await expect(composer(other)).to_be_hidden()


async def test_help_that_is_longer_than_the_page_is_read_from_its_beginning(page: Page) -> None:
    await page.set_viewport_size({"width": 1280, "height": 480})
    await open_thread(page)
    await send(page, "/help")
    helped = messages(page).last
    await expect(helped).to_contain_text("I can be wrong")
    await expect(helped.locator(".md > *").first).to_be_in_viewport(ratio=1)
    await send(page, "Thank you")
    await answered(page)
    await expect(messages(page).last).to_be_in_viewport(ratio=1)


async def test_a_place_that_does_not_exist_invites_nobody_to_write(page: Page) -> None:
    await page.goto(f"{page.url.partition('/c/')[0].rstrip('/')}/t/0000000000000000")
    await expect(page.locator("#title")).to_have_text("Nothing here")
    await expect(composer(page)).to_be_hidden()
    await expect(page.locator(".starters")).to_have_count(0)
    await page.get_by_role("link", name="random").click()
    await expect(composer(page)).to_be_visible()
