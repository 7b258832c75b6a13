"""Durable records on SQLAlchemy: the only place that imports it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.store.branches import Branches
from bot.store.database import Database, open_database
from bot.store.deleting import Deleting
from bot.store.directory import Directory
from bot.store.endings import Endings, closing
from bot.store.feedback import Feedback
from bot.store.holds import Holds
from bot.store.inbox import Inbox
from bot.store.late import Late
from bot.store.migrate import current, migrate
from bot.store.people import People
from bot.store.questions import Questions
from bot.store.reopenings import Reopenings
from bot.store.rows import workspace_key, workspace_of
from bot.store.shelf import SqlShelf
from bot.store.turns import load
from bot.store.values import Accepted, Begun, Done, Fresh, Work
from bot.types import Closing, Conversation

__all__ = [
    "Accepted",
    "Begun",
    "Done",
    "Fresh",
    "Store",
    "Work",
    "open_store",
    "workspace_key",
    "workspace_of",
]


class Store:
    """The whole record, by subject."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.inbox = Inbox(database)
        self.people = People(database)
        self.questions = Questions(database)
        self.endings = Endings(database)
        self.reopenings = Reopenings(database)
        self.directory = Directory(database)
        self.holds = Holds(database)
        self.late = Late(database)
        self.deleting = Deleting(database)
        self.branches = Branches(database)
        self.feedback = Feedback(database)
        self.shelf = SqlShelf(database)

    async def take(self, conversation_id: int) -> Work | tuple[Conversation, Closing] | None:
        """What is to be done in a conversation: a turn, else the next step of an ending, else nothing."""
        return await self._database.write(lambda c: load(c, conversation_id) or closing(c, conversation_id))

    async def up_to_date(self) -> bool:
        """Whether the tables are the ones this version works with."""
        return await self._database.read(current)


@asynccontextmanager
async def open_store(url: str) -> AsyncIterator[Store]:
    """Open the store at `url` (sqlite:///PATH or postgresql://...), its tables brought up to date."""
    async with open_database(url) as database:
        await database.write(migrate)
        yield Store(database)
