"""The playground for everybody: by keyboard, by screen reader, light and dark, on small screens."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.playground import (
    answered,
    ask_to_end,
    card,
    composer,
    end,
    messages,
    open_thread,
    send,
    serious,
    visit,
)

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_serious_anywhere(
    browser: Browser, url: str, scheme: Literal["light", "dark"]
) -> None:
    page = await browser.new_page(color_scheme=scheme)
    await visit(page, f"{url}/c/random")
    assert await serious(page) == []
    await open_thread(page, "show markdown")
    assert await serious(page) == []
    await send(page, "/help")
    await send(page, "slow")
    await expect(page.locator(".writing")).to_be_visible()
    assert await serious(page) == []
    await page.get_by_role("button", name="Stop").click()
    await expect(page.locator(".writing")).to_have_count(0)
    await ask_to_end(page)
    assert await serious(page) == []
    await card(page, "confirmation").get_by_role("button", name="End chat").click()
    await expect(card(page, "notice")).to_be_visible()
    await expect(page.locator("#locked")).to_be_visible()
    assert await serious(page) == []
    await page.locator("#locked").get_by_role("button").click()
    await send(page, "I want to hurt myself")
    await expect(card(page, "crisis")).to_be_visible()
    assert await serious(page) == []


async def test_everything_goes_by_keyboard_alone(page: Page) -> None:
    keys = page.keyboard
    await expect(composer(page)).to_be_focused()
    await keys.type("What can")
    await keys.press("Shift+Enter")
    await keys.type("you do?")
    await expect(composer(page)).to_have_value("What can\nyou do?")
    await keys.press("Enter")
    await page.wait_for_url("**/t/*")
    await answered(page)
    await expect(composer(page)).to_be_focused()
    await keys.type("/end")
    await keys.press("Enter")
    yes = card(page, "confirmation").get_by_role("button", name="End chat")
    await expect(yes).to_be_visible()
    for _ in range(12):
        await keys.press("Shift+Tab")
        if await yes.evaluate("button => button === document.activeElement"):
            break
    await expect(yes).to_be_focused()
    await keys.press("Enter")
    again = page.locator("#locked").get_by_role("button", name="Start a new chat")
    await expect(again).to_be_focused()
    ended = page.url
    await keys.press("Enter")
    await expect(page).not_to_have_url(ended)
    await expect(composer(page)).to_be_focused()
    await keys.type("Hello")
    await keys.press("Enter")
    await answered(page)


async def test_finished_messages_are_announced_and_single_words_are_not(page: Page) -> None:
    await page.evaluate(
        """() => {
          window.heard = [];
          const live = document.getElementById("announce");
          new MutationObserver(() => live.textContent && window.heard.push(live.textContent))
            .observe(live, { childList: true });
        }"""
    )
    await open_thread(page)
    await send(page, "show markdown")
    await expect(messages(page)).to_have_count(4)
    await answered(page)
    await page.wait_for_function("() => window.heard.some((text) => text.includes('Here is some Markdown'))")
    heard: list[str] = await page.evaluate("() => window.heard")
    assert len([text for text in heard if "Here is some Markdown" in text]) == 1
    await end(page)
    await page.wait_for_function("() => window.heard.some((text) => text.includes('ended'))")


@pytest.mark.parametrize("width", [360, 820])
async def test_small_screens_scroll_in_one_direction_only(browser: Browser, url: str, width: int) -> None:
    page = await browser.new_page(viewport={"width": width, "height": 740})
    await visit(page, url)

    async def fits() -> bool:
        return bool(await page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"))

    assert await fits()
    await open_thread(page, "show markdown")
    await send(page, "long" + "word" * 80)
    await answered(page)
    assert await fits()
    await end(page)
    assert await fits()
    await expect(card(page, "notice").get_by_role("button").last).to_be_in_viewport()


async def test_on_a_small_screen_the_list_is_a_drawer(browser: Browser, url: str) -> None:
    page = await browser.new_page(viewport={"width": 360, "height": 740})
    await visit(page, url)
    menu, sidebar = page.locator("#menu"), page.locator("#sidebar")
    await expect(sidebar).to_be_hidden()
    await menu.click()
    await expect(sidebar).to_be_visible()
    await expect(page.get_by_role("button", name="Close the list")).to_be_focused()
    await expect(page.locator("#main")).to_have_attribute("inert", "")
    assert await serious(page) == []
    await page.keyboard.press("Escape")
    await expect(sidebar).to_be_hidden()
    await expect(menu).to_be_focused()
    await menu.click()
    await page.get_by_role("link", name="random").click()
    await expect(sidebar).to_be_hidden()
    await expect(page.locator("#title")).to_have_text("#random")
