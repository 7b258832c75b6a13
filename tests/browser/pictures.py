"""The pictures of the documents, taken from the product itself: `python -m tests.browser.pictures`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser.conftest import ARGUMENTS, CHROMIUM, Product
from tests.browser.playground import answered, card, composer, open_thread, say, send, visit

IMAGES = Path(__file__).parents[2] / "docs" / "images"


async def page_of(browser: Browser, url: str, scheme: Literal["light", "dark"]) -> Page:
    page = await browser.new_page(
        viewport={"width": 1280, "height": 820}, color_scheme=scheme, reduced_motion="reduce", locale="en-GB"
    )
    await visit(page, url)
    return page


async def locked_thread(page: Page) -> None:
    """A thread that ended because somebody asked for it."""
    await open_thread(page, "show markdown")
    await visit(page, page.url.partition("/t/")[0])
    await open_thread(page, "Thanks for your help today!")
    await say(page, "Will the thread still be readable tomorrow?")
    await send(page, "Good. Please end this chat.")
    await card(page, "confirmation").get_by_role("button", name="End chat").click()
    await expect(card(page, "notice")).to_be_visible()
    await expect(page.locator("#locked")).to_be_visible()
    await page.mouse.move(0, 0)
    await page.screenshot(path=IMAGES / "locked-thread.png")


async def playground_dark(page: Page) -> None:
    """A talk in dark colours."""
    await open_thread(page, "Hello!")
    await say(page, "show markdown")
    await answered(page)
    await composer(page).fill("And what happens when a chat ends?")
    await page.mouse.move(0, 0)
    await page.screenshot(path=IMAGES / "playground-dark.png")


async def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        product = Product(Path(folder))
        await product.start()
        try:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
                await locked_thread(await page_of(browser, product.url, "light"))
                await playground_dark(await page_of(browser, product.url, "dark"))
                await browser.close()
        finally:
            await product.kill()


if __name__ == "__main__":
    asyncio.run(main())
