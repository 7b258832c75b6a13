"""The pages: health, the playground, the sign-in, and the line that says that the playground is off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import parse_qs

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

from adapters.web.api import json
from adapters.web.languages import locale_of, remember
from adapters.web.refused import Refused
from adapters.web.security import Token, body
from adapters.web.sign_in import Sessions, Tries
from adapters.web.words import frame, said
from bot.texts import Sentence, refusals

HERE = Path(__file__).parent
AnyRoute = Route | Mount
_TEMPLATES = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True)


def page(
    request: Request,
    name: str,
    assistant: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: object,
) -> HTMLResponse:
    """One of our templates, in the language of whoever asks; a Sentence among the values is said in it."""
    known = frame(locale_of(request), assistant)

    def say(value: object) -> object:
        return said(value, str(known["lang"]), assistant) if isinstance(value, Sentence) else value

    told = {key: say(value) for key, value in values.items()}
    html = _TEMPLATES.get_template(name).render(say=say, texts=refusals, **known, **told)
    kept = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
    response = HTMLResponse(html, status, kept | dict(headers or {}))
    remember(request, response)
    return response


def health(reasons: Callable[[], Mapping[str, str]]) -> Route:
    """GET /healthz: 200 while every enabled platform is heard, 503 with the reasons otherwise."""

    async def answer(_: Request) -> Response:
        known = reasons()
        deaf = {platform: reason for platform, reason in known.items() if reason}
        return json({"ok": not deaf, "platforms": sorted(known), "reasons": deaf}, 503 if deaf else 200)

    return Route("/healthz", answer)


def closed(assistant: str) -> Route:
    """GET / where the playground is off."""

    async def answer(request: Request) -> Response:
        return page(request, "closed.html", assistant)

    return Route("/", answer)


def playground(
    assistant: str, token: Token, *, signed_in: bool, opened: Callable[[str], None]
) -> list[Route]:
    """The page itself; which place it shows is the page's own affair. `opened` hears in which language."""

    async def answer(request: Request) -> Response:
        opened(locale_of(request))
        return page(request, "playground.html", assistant, signed_in=signed_in, token=token.of(request))

    return [Route(path, answer) for path in ("/", "/c/{channel}", "/t/{thread}")]


class _Fresh(StaticFiles):
    """Files of the package, asked for again each time (304), so that an update shows at once."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_fresh(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"cache-control", b"no-cache")]
            await send(message)

        await super().__call__(scope, receive, send_fresh)


def files() -> Mount:
    """Styles, scripts and the mark."""
    return Mount("/static", _Fresh(directory=HERE / "static"))


def sign_in(assistant: str, sessions: Sessions, tries: Tries, token: Token) -> list[Route]:
    """GET and POST /sign-in, POST /sign-out."""

    def form(request: Request, status: int = 200, problem: Sentence | str = "", **headers: str) -> Response:
        return page(
            request, "sign_in.html", assistant, status, headers, problem=problem, token=token.of(request)
        )

    async def show(request: Request) -> Response:
        return form(request)

    async def enter(request: Request) -> Response:
        address = request.client.host if request.client else ""
        if wait := tries.wait(address):
            problem = refusals.too_many_tries(locale_of(request), seconds=wait)
            return form(request, 429, problem, **{"Retry-After": str(wait)})
        fields = parse_qs((await body(request, 4096)).decode("utf-8", "replace"))
        token.check(request, fields.get("token", [""])[0])
        if not sessions.right(fields.get("password", [""])[0]):
            tries.failed(address)
            return form(request, 403, refusals.wrong_password)
        response = RedirectResponse("/", 303)
        sessions.begin(request, response)
        return response

    async def leave(request: Request) -> Response:
        fields = parse_qs((await body(request, 4096)).decode("utf-8", "replace"))
        token.check(request, fields.get("token", [""])[0])
        response = RedirectResponse("/sign-in", 303)
        sessions.end(response)
        return response

    return [
        Route("/sign-in", show, methods=["GET"]),
        Route("/sign-in", enter, methods=["POST"]),
        Route("/sign-out", leave, methods=["POST"]),
    ]


async def refused(request: Request, error: Exception) -> Response:
    """Say what could not be done, as JSON to the page and as a page to people."""
    assert isinstance(error, Refused)
    said = error.said(locale_of(request))
    if request.url.path.startswith(("/api/", "/events")):
        return json({"error": said}, error.status)
    return page(request, "plain.html", "", error.status, title=refusals.that_did_not_work, text=said)


async def missing(request: Request, _: Exception) -> Response:
    """An address that does not exist."""
    if request.url.path.startswith("/api/"):
        return json({"error": "There is no such address."}, 404)
    title, text = refusals.there_is_nothing, refusals.no_such_address
    return page(request, "plain.html", "", 404, title=title, text=text)
