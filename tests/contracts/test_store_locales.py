"""The store's contract: everybody's language is kept with what we know of them in a conversation."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.store import Store
from bot.types import Confirming, Person
from tests.contracts.test_store import ANN, NOW, begun, found

BEN = Person("ben", "Ben")
ASKED = Confirming("ben", "n1", NOW + timedelta(minutes=10))


async def locales(store: Store, conversation: int) -> dict[str, str]:
    known = await store.people.participants(conversation)
    return {one.person.id: one.person.locale for one in known}


async def test_a_participants_language_is_the_one_that_they_told_last(store: Store) -> None:
    here = (await begun(store)).conversation
    for told, kept in (("", ""), ("tr", "tr"), ("", "tr"), ("ja", "ja")):
        assert await store.people.ask(here.id, replace(BEN, locale=told), ASKED, NOW)
        assert await locales(store, here.id) == {"ben": kept}
    assert (await found(store)).starter.locale == "en-GB", "nobody else's language changes"


async def test_what_a_starter_tells_later_is_the_conversations_language(store: Store) -> None:
    here = (await begun(store)).conversation
    for told, kept in (("", "en-GB"), ("de", "de"), ("", "de")):
        assert await store.people.ask(here.id, replace(ANN, locale=told), replace(ASKED, person="ann"), NOW)
        assert (await found(store)).starter.locale == kept
