"""Forms in a real browser, on a core that can be told to fail: no word is ever lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.cards import Card, Kind, Said
from bot.errors import PlatformError
from bot.types import Mode, ThreadRef
from tests.browser.desk import notice, talk, written
from tests.browser.playground import card, composer, form, messages, moderate, serious, use, visit
from tests.browser.site import Site, open_site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site(tmp_path) as opened:
        yield opened


async def ended(site: Site, shown: Card) -> ThreadRef:
    """A thread of Ann's that ended with this notice."""
    thread = await site.thread()
    await site.adapter.post(thread, shown, key="n")
    await site.adapter.close(talk(thread), reason="", archive=False)
    return thread


async def look(browser: Browser, site: Site, thread: ThreadRef, width: int = 1280) -> Page:
    page = await browser.new_page(viewport={"width": width, "height": 740})
    await visit(page, f"{site.url}/t/{thread.thread}?as=ann")
    await expect(messages(page).first).to_be_visible()
    return page


async def test_words_stay_until_the_server_has_them(browser: Browser, site: Site) -> None:
    page = await look(browser, site, await ended(site, notice()))
    await card(page, "notice").get_by_role("button", name="This was wrong").click()
    await page.locator("#words").fill("I only joked.")
    site.desk.fails = PlatformError("busy")
    await form(page).get_by_role("button", name="Send").click()
    await expect(form(page).get_by_role("alert")).to_contain_text("Your words are kept")
    await expect(page.locator("#words")).to_have_value("I only joked.")
    site.desk.fails, site.desk.said = None, Said("Nothing to say it about.")
    await form(page).get_by_role("button", name="Send").click()
    await expect(form(page).get_by_role("alert")).to_contain_text("Nothing to say it about.")
    await expect(page.locator("#words")).to_have_value("I only joked.")
    site.desk.words.clear()
    await page.reload()
    site.desk.said = Said("Thank you.", done=True)
    opener = card(page, "notice").get_by_role("button", name="This was wrong")
    await opener.click()
    await expect(page.locator("#words")).to_have_value("I only joked.")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#whisper")).to_contain_text("Thank you.")
    await expect(opener).to_be_focused()
    assert site.desk.words == [("wrong", 1, "ann", "I only joked.")]
    await opener.click()
    await expect(page.locator("#words")).to_have_value("")


async def test_what_is_too_long_is_said_and_stays(browser: Browser, site: Site) -> None:
    page = await look(browser, site, await ended(site, notice()))
    await card(page, "notice").get_by_role("button", name="Appeal").click()
    await page.locator("#words").fill("please " * 200)
    await form(page).get_by_role("button", name="Send").click()
    await expect(form(page).get_by_role("alert")).to_contain_text("1,400 of at most 1,000 characters")
    await expect(page.locator("#words")).to_have_value("please " * 200)
    assert site.desk.words == []


async def test_escape_closes_the_form_and_goes_back_to_its_button(browser: Browser, site: Site) -> None:
    page = await look(browser, site, await ended(site, notice()))
    opener = card(page, "notice").get_by_role("button", name="Appeal")
    await expect(opener).to_have_attribute("aria-expanded", "false")
    await opener.press("Enter")
    await expect(page.get_by_label("Why should a person look at it again?")).to_be_focused()
    await expect(opener).to_have_attribute("aria-expanded", "true")
    await page.keyboard.type("Because")
    await page.keyboard.press("Escape")
    await expect(form(page)).to_have_count(0)
    await expect(opener).to_be_focused()
    await opener.press("Enter")
    await expect(page.locator("#words")).to_have_value("Because")


async def test_the_caret_stays_while_others_write(browser: Browser, site: Site) -> None:
    thread = await site.thread("Hello there")
    site.desk.answered = [written(thread.thread, "Hello there")]
    page = await look(browser, site, thread)
    await use(page, "Hello there", "Edit")
    await page.locator("#words").press("Home")
    await page.keyboard.type("Well, ")
    await site.say("ben", thread.thread, "I am here, too")
    await site.adapter.post(thread, Card(Kind.LINE, "", "And so am I."), key="x")
    await expect(messages(page)).to_have_count(3)
    await page.keyboard.type("and ")
    await expect(page.locator("#words")).to_have_value("Well, and Hello there")


async def test_a_message_that_nobody_has_read_is_changed_in_place(browser: Browser, site: Site) -> None:
    thread = await site.thread()
    await site.say("ann", thread.thread, "Helo")
    page = await look(browser, site, thread)
    await use(page, "Helo", "Edit")
    await page.locator("#words").fill("Hello, world")
    await form(page).get_by_role("button", name="Save").click()
    await expect(messages(page).last).to_contain_text("Hello, world")
    await expect(messages(page).last).to_contain_text("edited")
    assert [text for *_, text in site.desk.edits] == ["Hello, world"]


async def test_an_answer_that_is_quicker_than_the_change_turns_it_into_a_branch(
    browser: Browser, site: Site
) -> None:
    """E34."""
    thread = await site.thread()
    post = await site.say("ann", thread.thread, "Tell me about rivers")
    page = await look(browser, site, thread)
    await use(page, "rivers", "Edit")
    await page.locator("#words").fill("Tell me about lakes")
    site.desk.answered = [written(post, "Tell me about rivers")]
    await form(page).get_by_role("button", name="Save").click()
    await expect(form(page).get_by_role("alert")).to_contain_text("being answered already")
    await expect(page.locator("#words")).to_have_value("Tell me about lakes")
    await form(page).get_by_role("button", name="Branch").click()
    await expect(page.locator("#title")).to_have_text("Tell me about lakes")
    await expect(composer(page)).to_be_focused()


async def test_who_wrote_nothing_is_told_that_there_is_nothing_to_branch_from(
    browser: Browser, site: Site
) -> None:
    page = await look(browser, site, await ended(site, notice()))
    await card(page, "notice").get_by_role("button", name="Branch").click()
    await expect(form(page)).to_contain_text("You have written nothing here")
    await page.keyboard.press("Escape")
    await expect(form(page)).to_have_count(0)


async def test_nobody_has_tools_for_what_others_wrote(browser: Browser, site: Site) -> None:
    thread = await site.thread()
    await site.say("ben", thread.thread, "I am Ben")
    page = await look(browser, site, thread)
    await expect(page.locator(".row-tools")).to_have_count(1)
    await expect(messages(page).filter(has_text="I am Ben").locator(".row-tools")).to_have_count(0)


async def test_a_form_in_arabic_is_read_from_right_to_left(browser: Browser, site: Site) -> None:
    page = await look(browser, site, await ended(site, replace(notice(), language="ar")), width=360)
    await card(page, "notice").get_by_role("button", name="Appeal").click()
    assert await form(page).evaluate("form => getComputedStyle(form).direction") == "rtl"
    assert await serious(page) == []
    assert await page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


async def test_the_moderators_panel_sets_the_mode_and_says_what_that_means(
    browser: Browser, site: Site
) -> None:
    """E22."""
    site.desk.said = Said("From the next message on nothing happens.")
    page = await browser.new_page()
    await visit(page, f"{site.url}/c/moderators?as=mo")
    await moderate(page, "Shadow")
    await expect(page.locator("#whisper")).to_contain_text("From the next message on")
    assert [what for what, _, who in site.desk.by_hand] == ["shadow"]


async def test_the_panel_marks_the_mode_that_is_on_whoever_has_set_it(browser: Browser, site: Site) -> None:
    """E22."""
    page = await browser.new_page()
    await visit(page, f"{site.url}/c/general?as=mo")
    for mode in (Mode.ON, Mode.SHADOW):
        site.desk.mode_now = mode
        await page.get_by_role("button", name="Moderation").click()
        marked = page.locator("#moderate").get_by_role("button", pressed=True)
        await expect(marked).to_have_text(mode.value.capitalize())
        assert await serious(page) == []
        await page.keyboard.press("Escape")
