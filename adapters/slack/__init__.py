"""Slack: mentions and direct messages become threads; ended threads are marked and left alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow

from adapters.slack.adapter import SlackAdapter
from adapters.slack.answers import Answers
from adapters.slack.calls import Calls, Clients
from adapters.slack.catchup import CatchUp
from adapters.slack.ears import Ears
from adapters.slack.hands import Hands
from adapters.slack.installs import Installations, Seal
from adapters.slack.listening import Later, bolt
from adapters.slack.many import ManyWorkspaces, flow
from adapters.slack.pages import PREFIX, Pages
from adapters.slack.people import People
from adapters.slack.posts import Posts
from adapters.slack.sessions import Sessions
from adapters.slack.tokens import OneWorkspace, Tokens
from adapters.slack.wire import Sockets
from bot.ports import Adapter, Context

__all__ = ["create"]

_PATIENCE = aiohttp.ClientTimeout(total=10, connect=5)


@asynccontextmanager
async def create(context: Context) -> AsyncIterator[Adapter]:
    """Make the adapter; nothing connects before `run`."""
    settings, secrets, clock = context.config.slack, context.config.secrets, context.clock
    async with aiohttp.ClientSession(
        timeout=_PATIENCE, connector=aiohttp.TCPConnector(limit=200), cookie_jar=aiohttp.DummyCookieJar()
    ) as session:
        clients = Clients(session, settings.api_url)
        tokens, pages = _tokens(context, clients)
        calls = Calls(clients, tokens, clock)
        people = People(calls, clock, settings.moderator_channel)
        posts, answers, later = Posts(calls, clock), Answers(calls), Later(clock)
        sessions = Sessions(calls, clock, later.keep)
        name = context.config.assistant.name
        ears = Ears(context.desk, tokens, people, sessions, answers, calls, later, clock, name)
        hands = Hands(context.desk, people, answers, posts, clock)
        over_http = settings.mode == "http"
        app = bolt(
            clients,
            tokens,
            ears,
            hands,
            later,
            signing_secret=secrets.slack_signing_secret.get_secret_value() if over_http else "",
        )
        adapter = SlackAdapter(posts, sessions, answers, tokens, context.shelf, clock, settings)
        adapter.catch_up = CatchUp(
            context.desk,
            posts,
            tokens,
            clock,
            minutes=settings.catch_up_minutes,
            hear=ears.message,
            keep=later.keep,
        )
        if not over_http:
            app_token = secrets.slack_app_token.get_secret_value()
            adapter.sockets = Sockets(clients, app_token, app, clock, settings.connections)
        if over_http or pages is not None:
            context.mounts[PREFIX] = Pages(app if over_http else None, pages)
        try:
            yield adapter
        finally:
            context.mounts.pop(PREFIX, None)
            await later.close()


def _tokens(context: Context, clients: Clients) -> tuple[Tokens, AsyncOAuthFlow | None]:
    """One workspace by its token, or many by their installations."""
    secrets, shelf, clock = context.config.secrets, context.shelf, context.clock
    if not secrets.slack_client_id.get_secret_value():
        return OneWorkspace(clients, secrets.slack_bot_token.get_secret_value()), None
    installs = Installations(shelf, Seal(secrets.adieu_encryption_key.get_secret_value()))
    return ManyWorkspaces(clients, installs, secrets, clock), flow(clients, installs, secrets, shelf, clock)
