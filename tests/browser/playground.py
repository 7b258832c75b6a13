"""The playground in the words of its visitors, for stories in a real browser."""

from __future__ import annotations

import re

from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Locator, Page, expect

from bot.texts import LANGUAGES, playground

ASSISTANT = re.compile("|".join(playground.PAGE["assistant"](language) for language in LANGUAGES))
"""How a reply of the assistant's is marked, in whichever language the page is."""


async def visit(page: Page, url: str) -> None:
    """Go there, and wait until the page has connected."""
    await page.goto(url)
    await expect(page.locator("#people label")).to_have_count(4)


def composer(page: Page) -> Locator:
    return page.locator("#text")


def messages(page: Page) -> Locator:
    return page.locator("#feed > li")


def card(page: Page, kind: str) -> Locator:
    return page.locator(f".card.{kind}")


async def send(page: Page, text: str) -> None:
    """Type and send; the message is on its way once the composer is empty."""
    await composer(page).fill(text)
    await composer(page).press("Enter")
    await expect(composer(page)).to_have_value("")


async def answered(page: Page) -> None:
    """The newest message is the assistant's, and finished."""
    await expect(messages(page).last).to_contain_text(ASSISTANT)
    await expect(page.locator(".writing")).to_have_count(0)


async def say(page: Page, text: str) -> None:
    """Write in a thread, and wait for what comes of it: an answer, a warning or the end."""
    before = await messages(page).count()
    await send(page, text)
    await expect(messages(page).nth(before + 1)).to_be_visible()
    await expect(page.locator(".writing")).to_have_count(0)


async def open_thread(page: Page, text: str = "What can you do?") -> str:
    """Write in the channel, and be taken to the thread; its address."""
    await send(page, text)
    await page.wait_for_url("**/t/*")
    await answered(page)
    return page.url


async def ask_to_end(page: Page) -> Locator:
    """Press "End chat"; the question that follows."""
    await page.locator("#tools").get_by_role("button", name="End chat").click()
    question = card(page, "confirmation")
    await expect(question.get_by_role("button")).to_have_count(2)
    return question


async def end(page: Page) -> None:
    """End the chat, to the end."""
    await (await ask_to_end(page)).get_by_role("button", name="End chat").click()
    await expect(page.locator("#locked")).to_be_visible()
    await expect(card(page, "notice")).to_be_visible()


async def speak_as(page: Page, name: str) -> None:
    """Change who is speaking."""
    await page.locator("#people label", has_text=name).click()
    await expect(page.get_by_role("radio", name=name)).to_be_checked()
    await expect(page.locator("#text-label")).to_contain_text(f"as {name}")


async def moderate(page: Page, name: str) -> None:
    """Press a button of the moderators' panel."""
    await page.get_by_role("button", name="Moderation").click()
    await page.locator("#moderate").get_by_role("button", name=name, exact=True).click()
    await expect(page.locator("#moderate")).to_be_hidden()


async def use(page: Page, text: str, what: str) -> None:
    """Use the pencil ("Edit") or the bin ("Delete") of one's own message."""
    row = messages(page).filter(has_text=text).first
    await row.hover()
    await row.get_by_role("button", name=f"{what} this message").click()


def form(page: Page) -> Locator:
    return page.locator(".words")


async def serious(page: Page) -> list[str]:
    """What axe-core finds serious or critical."""
    # Its rules read colours: a fade that is under way would be judged at a moment that nobody reads.
    await page.emulate_media(reduced_motion="reduce")
    found = (await Axe().run(page)).response["violations"]
    return [
        f"{one['id']}: {node['html'][:120]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]
