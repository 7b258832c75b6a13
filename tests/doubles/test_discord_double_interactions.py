"""The double's interactions, driven by the real discord.py: commands, buttons, modals, deadlines."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord
import pytest

from tests.doubles.discord import Channel, DeadButton, DiscordDouble, ManualClock, Message, Refused, User
from tests.doubles.discord.client import Listener, connected_client


class EndButton(discord.ui.View):
    """One button that ends, and one link."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(discord.ui.Button(label="Docs", url="https://example.org/docs"))

    @discord.ui.button(label="End", custom_id="end")
    async def end(self, interaction: discord.Interaction, _button: discord.ui.Button["EndButton"]) -> None:
        await interaction.response.send_message("ended", ephemeral=True)

    @discord.ui.button(label="Update", custom_id="update")
    async def update(self, interaction: discord.Interaction, _button: discord.ui.Button["EndButton"]) -> None:
        await interaction.response.edit_message(content="updated", view=None)

    @discord.ui.button(label="Ask", custom_id="ask")
    async def ask(self, interaction: discord.Interaction, _button: discord.ui.Button["EndButton"]) -> None:
        await interaction.response.send_modal(Why())


class Why(discord.ui.Modal, title="Why?"):
    """A modal with a labelled text and a choice."""

    reason: discord.ui.TextInput["Why"] = discord.ui.TextInput(
        label="Reason", custom_id="reason", max_length=20
    )
    kind: discord.ui.Label["Why"] = discord.ui.Label(
        text="Kind",
        component=discord.ui.Select(
            custom_id="kind", options=[discord.SelectOption(label="Rude", value="rude")]
        ),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        chosen = self.kind.component
        assert isinstance(chosen, discord.ui.Select)
        await interaction.response.send_message(f"{self.reason.value} ({chosen.values[0]})")


@asynccontextmanager
async def harbour(**options: object) -> AsyncIterator[tuple[DiscordDouble, Listener, Channel, User]]:
    async with DiscordDouble(**options) as double:  # type: ignore[arg-type]
        double.guild()
        channel, ann = double.text_channel(), double.person("Ann")
        async with connected_client(double) as client:
            yield double, client, channel, ann


async def _card(double: DiscordDouble, client: Listener, channel: Channel) -> Message:
    found = await client.fetch_channel(channel.id)
    assert isinstance(found, discord.TextChannel | discord.Thread)
    sent = await found.send("card", view=EndButton())
    return double.world.messages[sent.id]


async def test_a_pressed_button_is_answered_only_to_the_person() -> None:
    async with harbour() as (double, client, channel, ann):
        card = await _card(double, client, channel)
        pressed = await double.press(ann, card, "End")
        assert (pressed.text, pressed.ephemeral, pressed.failed) == ("ended", True, False)
        assert double.said(channel) == ["card"]
        assert double.link(card, "Docs") == "https://example.org/docs"


async def test_a_button_can_change_its_own_message() -> None:
    async with harbour() as (double, client, channel, ann):
        card = await _card(double, client, channel)
        pressed = await double.press(ann, card, "update")
        assert pressed.message is card
        assert (card.text, card.components) == ("updated", [])


async def test_buttons_in_locked_threads_are_dead_even_for_moderators() -> None:
    async with harbour() as (double, client, channel, ann):
        mo = double.person("Mo", moderator=True)
        thread = await double.start_thread(ann, await double.say(channel, ann, "hello"), "Talk")
        await double.invite(thread)
        card = await _card(double, client, thread)
        await double.lock(thread, by=mo)
        for person in (ann, mo):
            with pytest.raises(DeadButton):
                await double.press(person, card, "End")
        assert double.interactions == []


async def test_a_modal_is_filled_in_by_label_or_custom_id() -> None:
    async with harbour() as (double, client, channel, ann):
        card = await _card(double, client, channel)
        asked = await double.press(ann, card, "Ask")
        with pytest.raises(ValueError, match="must be filled in"):
            await double.submit(ann, asked, {"Kind": "rude"})
        submitted = await double.submit(ann, asked, {"Reason": "enough", "kind": "rude"})
        assert submitted.text == "enough (rude)"
        assert not submitted.ephemeral


async def test_commands_are_registered_checked_and_used() -> None:
    async with harbour() as (double, client, channel, ann):

        @client.tree.command(name="end", description="End this")
        async def end(interaction: discord.Interaction, why: str = "") -> None:
            await interaction.response.defer(ephemeral=True)
            await interaction.edit_original_response(content=f"ended: {why}")
            await interaction.followup.send("and more", ephemeral=True)

        @client.tree.context_menu(name="Report this")
        async def report(interaction: discord.Interaction, message: discord.Message) -> None:
            await interaction.response.send_message(f"reported {message.content}")

        await client.tree.sync()
        used = await double.command(ann, channel, "end", options={"why": "tired"})
        assert used.thinking or used.text
        await double.until(lambda: len(used.followups) == 1)
        assert used.text == "ended: tired\nand more"
        assert used.ephemeral
        said = await double.say(channel, ann, "rude words")
        reported = await double.command(ann, channel, "Report this", target=said)
        assert reported.text == "reported rude words"
        create = discord.http.Route("POST", "/applications/{app}/commands", app=double.bot.id)
        with pytest.raises(discord.HTTPException) as refused:
            await client.http.request(create, json={"name": "Bad Name", "description": ""})
        assert refused.value.code == 50035
        with pytest.raises(LookupError, match="registered"):
            await double.command(ann, channel, "nothing")


async def test_after_three_seconds_the_interaction_is_unknown() -> None:
    clock = ManualClock()
    async with harbour(clock=clock) as (double, client, channel, ann):
        heard: asyncio.Future[discord.Interaction] = asyncio.get_running_loop().create_future()

        @client.tree.command(name="slow", description="Too slow")
        async def slow(interaction: discord.Interaction) -> None:
            heard.set_result(interaction)

        await client.tree.sync()
        used = double.begin_command(ann, channel, "slow")
        interaction = await heard
        clock.advance(2.9)
        assert not used.failed
        clock.advance(0.1)
        assert used.failed
        assert (await double.answered(used)) is used
        with pytest.raises(discord.NotFound) as late:
            await interaction.response.send_message("too late")
        assert late.value.code == 10062
        with pytest.raises(discord.NotFound) as followup:
            await interaction.followup.send("too late")
        assert followup.value.code == 10015


async def test_a_second_first_answer_is_refused_and_the_token_ends_after_fifteen_minutes() -> None:
    clock = ManualClock()
    async with harbour(clock=clock) as (double, client, channel, ann):
        heard: asyncio.Future[discord.Interaction] = asyncio.get_running_loop().create_future()

        @client.tree.command(name="twice", description="Answers twice")
        async def twice(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("once")
            heard.set_result(interaction)

        await client.tree.sync()
        used = await double.command(ann, channel, "twice")
        interaction = await heard
        again = discord.webhook.async_.async_context.get()
        with pytest.raises(discord.HTTPException) as second:
            await again.create_interaction_response(
                interaction.id,
                interaction.token,
                session=interaction._session,
                params=discord.webhook.async_.interaction_message_response_params(type=4, content="twice"),
            )
        assert second.value.code == 40060
        assert (await interaction.original_response()).content == "once"
        clock.advance(901)
        with pytest.raises(discord.HTTPException) as expired:
            await interaction.edit_original_response(content="much later")
        assert (expired.value.status, expired.value.code) == (401, 50027)
        assert used.text == "once"


async def test_answers_in_an_archived_thread_are_refused() -> None:
    async with harbour() as (double, client, channel, ann):
        refused: list[int] = []

        @client.tree.command(name="end", description="End this")
        async def end(interaction: discord.Interaction) -> None:
            try:
                await interaction.response.send_message("ended")
            except discord.Forbidden as error:
                refused.append(error.code)
                double.world.changed()

        await client.tree.sync()
        thread = await double.start_thread(ann, await double.say(channel, ann, "hello"), "Talk")
        await double.archive(thread)
        double.begin_command(ann, thread, "end")
        await double.until(lambda: refused == [50083])


async def test_a_follow_up_after_deferring_fills_in_the_deferred_answer() -> None:
    async with harbour() as (double, client, channel, ann):

        @client.tree.command(name="think", description="Thinks first")
        async def think(interaction: discord.Interaction) -> None:
            await interaction.response.defer(ephemeral=True)
            await interaction.followup.send("public?", ephemeral=False)

        await client.tree.sync()
        used = await double.command(ann, channel, "think")
        await double.until(lambda: not used.thinking)
        assert (used.text, used.ephemeral, used.followups) == ("public?", True, [])


async def test_late_answers_in_a_locked_thread_can_be_made_to_fail() -> None:
    async with harbour() as (double, client, channel, ann):
        mo = double.person("Mo", moderator=True)
        heard: asyncio.Future[discord.Interaction] = asyncio.get_running_loop().create_future()

        @client.tree.command(name="think", description="Thinks first")
        async def think(interaction: discord.Interaction) -> None:
            await interaction.response.defer(ephemeral=True)
            heard.set_result(interaction)

        await client.tree.sync()
        thread = await double.start_thread(ann, await double.say(channel, ann, "hello"), "Talk")
        used = await double.command(ann, thread, "think")
        interaction = await heard
        await double.lock(thread, by=mo)
        double.refuse_replies_in_locked_threads()
        with pytest.raises(discord.Forbidden) as refused:
            await interaction.edit_original_response(content="too late")
        assert refused.value.code == 50083
        double.refuse_replies_in_locked_threads(on=False)
        await interaction.edit_original_response(content="in time")
        assert used.text == "in time"


async def test_a_command_for_moderators_only_is_refused_to_others() -> None:
    async with harbour() as (double, client, channel, ann):
        mo = double.person("Mo", moderator=True)

        @client.tree.command(name="review", description="For moderators")
        @discord.app_commands.default_permissions(manage_threads=True)
        async def review(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("reviewed")

        await client.tree.sync()
        with pytest.raises(Refused) as refused:
            await double.command(ann, channel, "review")
        assert refused.value.code == 50013
        assert (await double.command(mo, channel, "review")).text == "reviewed"


async def test_a_silent_app_leaves_the_interaction_failed() -> None:
    clock = ManualClock()
    async with DiscordDouble(clock=clock) as double:
        double.guild()
        channel, ann = double.text_channel(), double.person("Ann")
        double.commands.put(None, [{"name": "end", "description": "End this"}])
        used = double.begin_command(ann, channel, "end")
        clock.advance(3)
        assert (await double.answered(used)).failed
