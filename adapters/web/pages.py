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
from adapters.web.refused import Refused
from adapters.web.security import Token, body
from adapters.web.sign_in import Sessions, Tries

HERE = Path(__file__).parent
AnyRoute = Route | Mount
_TEMPLATES = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True)


def page(
    name: str, status: int = 200, headers: Mapping[str, str] | None = None, **values: object
) -> HTMLResponse:
    """One of our templates."""
    html = _TEMPLATES.get_template(name).render(**values)
    return HTMLResponse(html, status, {"Cache-Control": "no-store", **(headers or {})})


def health(reasons: Callable[[], Mapping[str, str]]) -> Route:
    """GET /healthz: 200 while every enabled platform is heard, 503 with the reasons otherwise."""

    async def answer(_: Request) -> Response:
        known = reasons()
        deaf = {platform: reason for platform, reason in known.items() if reason}
        return json({"ok": not deaf, "platforms": sorted(known), "reasons": deaf}, 503 if deaf else 200)

    return Route("/healthz", answer)


def closed(assistant: str) -> Route:
    """GET / where the playground is off."""

    async def answer(_: Request) -> Response:
        return page("closed.html", assistant=assistant)

    return Route("/", answer)


def playground(assistant: str, token: Token, *, signed_in: bool) -> list[Route]:
    """The page itself; which place it shows is the page's own affair."""

    async def answer(request: Request) -> Response:
        return page("playground.html", assistant=assistant, signed_in=signed_in, token=token.of(request))

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

    def form(request: Request, status: int = 200, problem: str = "", **headers: str) -> Response:
        return page(
            "sign_in.html", status, headers, assistant=assistant, problem=problem, token=token.of(request)
        )

    async def show(request: Request) -> Response:
        return form(request)

    async def enter(request: Request) -> Response:
        address = request.client.host if request.client else ""
        if wait := tries.wait(address):
            problem = f"Too many tries. Please wait {wait} seconds, then try again."
            return form(request, 429, problem, **{"Retry-After": str(wait)})
        fields = parse_qs((await body(request, 4096)).decode("utf-8", "replace"))
        token.check(request, fields.get("token", [""])[0])
        if not sessions.right(fields.get("password", [""])[0]):
            tries.failed(address)
            return form(request, 403, "This is not the password. Please try again.")
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
    if request.url.path.startswith(("/api/", "/events")):
        return json({"error": error.say}, error.status)
    return page("plain.html", error.status, title="That did not work", text=error.say)


async def missing(request: Request, _: Exception) -> Response:
    """An address that does not exist."""
    if request.url.path.startswith("/api/"):
        return json({"error": "There is no such address."}, 404)
    return page("plain.html", 404, title="There is nothing here", text="This address does not exist.")
