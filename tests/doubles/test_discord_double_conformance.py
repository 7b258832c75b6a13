"""What the double and the real discord.py say to each other fits Discord's own OpenAPI file."""

import contextlib

import aiohttp
import discord
import pytest

from tests.doubles.discord import DiscordDouble, conformance
from tests.doubles.discord.client import Listener, connected_client
from tests.doubles.discord.routes import _TABLE
from tests.doubles.discord.traffic import Exchange

pytestmark = pytest.mark.skipif(not conformance.SPEC.exists(), reason=conformance.MISSING)

NOT_IN_THE_FILE = {"GET /applications/@me", "GET /users/@me/guilds"}


async def test_all_traffic_of_a_long_story_conforms() -> None:
    async with DiscordDouble(rate_limits=False) as double:
        guild = double.guild()
        double.text_channel(guild)
        double.forum(guild, tags=("question",))
        async with connected_client(
            double, intents=discord.Intents.default() | discord.Intents(message_content=True)
        ) as client:
            await _channels(double, client)
            await _threads(double, client)
            await _interactions(double, client)
        async with aiohttp.ClientSession() as session:
            await _everything_that_can_be_read(double, session)
        problems = conformance.problems(double.traffic, double.dispatches)
        assert not problems, "\n".join(problems)
        assert len({each.template for each in double.traffic}) > 25


async def _channels(double: DiscordDouble, client: Listener) -> None:
    channel, ann = next(iter(double.world.channels.values())), double.person("Ann")
    said = await double.say(
        channel, ann, "hello", mention_bot=True, attachments=[("a.png", b"..", "image/png")]
    )
    await double.say(channel, double.webhook("Hook"), "by a hook")
    heard = await client.hear("message")
    embed = discord.Embed(title="Title", description="Text", colour=3, url="https://example.org").set_footer(
        text="f"
    )
    embed.add_field(name="n", value="v").set_author(name="a", url="https://example.org")
    view = discord.ui.View()
    view.add_item(discord.ui.Button(label="Go", custom_id="go")).add_item(
        discord.ui.Button(label="L", url="https://e.org")
    )
    view.add_item(discord.ui.Select(custom_id="s", options=[discord.SelectOption(label="o")]))
    sent = await heard.reply("there", embed=embed, view=view, file=discord.File(__file__), nonce="n")
    await sent.edit(content="changed", view=None, embed=None)
    await sent.add_reaction("👀")
    await (await heard.channel.fetch_message(sent.id)).remove_reaction("👀", discord.Object(double.bot.id))
    layout = discord.ui.LayoutView()
    box: discord.ui.Container[discord.ui.LayoutView] = discord.ui.Container(discord.ui.TextDisplay("text"))
    box.add_item(discord.ui.Section("side", accessory=discord.ui.Button(label="b", custom_id="b")))
    box.add_item(discord.ui.Separator())
    layout.add_item(box)
    await heard.channel.send(view=layout)
    await heard.channel.typing()
    assert [each async for each in heard.channel.history(limit=10)]
    await (await (await client.fetch_user(ann.id)).create_dm()).send("directly")
    await double.say(double.bot, ann, "back")
    await sent.delete()
    assert said.content


async def _threads(double: DiscordDouble, client: Listener) -> None:
    channel, forum = list(double.world.channels.values())[:2]
    text = await client.fetch_channel(channel.id)
    assert isinstance(text, discord.TextChannel)
    message = await text.send("start")
    thread = await message.create_thread(name="Talk", auto_archive_duration=60, reason="why")
    await thread.send("inside")
    await thread.edit(locked=True)
    await thread.edit(archived=True, locked=True)
    await text.create_thread(name="private", slowmode_delay=3)
    await text.create_thread(name="public", type=discord.ChannelType.public_thread)
    board = await client.fetch_channel(forum.id)
    assert isinstance(board, discord.ForumChannel)
    post = await board.create_thread(name="post", content="first", applied_tags=[board.available_tags[0]])
    await post.thread.edit(applied_tags=[], name="renamed")
    await post.thread.join()
    assert [each async for each in text.archived_threads()]
    assert [each async for each in text.archived_threads(private=True, joined=True)] == []
    await text.guild.active_threads()
    await thread.edit(archived=False, locked=False)
    await thread.delete()


async def _interactions(double: DiscordDouble, client: Listener) -> None:
    channel = next(iter(double.world.channels.values()))
    ann = next(each for each in double.world.users.values() if each.name == "Ann")

    @client.tree.command(name="end", description="End this")
    async def end(interaction: discord.Interaction, why: str) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content=why)
        await interaction.original_response()
        await (await interaction.followup.send("more", wait=True)).edit(content="and more")

    class Why(discord.ui.Modal, title="Why?"):
        why: discord.ui.TextInput["Why"] = discord.ui.TextInput(label="Why", custom_id="why")

        async def on_submit(self, interaction: discord.Interaction) -> None:
            await interaction.response.send_message("thanks", ephemeral=True)
            await interaction.delete_original_response()

    class Card(discord.ui.View):
        @discord.ui.button(label="Ask", custom_id="ask")
        async def ask(self, interaction: discord.Interaction, _button: discord.ui.Button["Card"]) -> None:
            await interaction.response.send_modal(Why())

        @discord.ui.button(label="Again", custom_id="again")
        async def again(self, interaction: discord.Interaction, _button: discord.ui.Button["Card"]) -> None:
            await interaction.response.edit_message(content="again", view=self)

        @discord.ui.button(label="Later", custom_id="later")
        async def later(self, interaction: discord.Interaction, _button: discord.ui.Button["Card"]) -> None:
            await interaction.response.defer()

    @client.tree.context_menu(name="Card")
    async def card(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message("card", view=Card())

    await client.tree.sync()
    client.tree.copy_global_to(guild=client.guilds[0])
    await client.tree.sync(guild=client.guilds[0])
    used = await double.command(ann, channel, "end", options={"why": "tired"})
    await double.until(lambda: [each.text for each in used.followups] == ["and more"])
    target = await double.say(channel, ann, "this one")
    carded = await double.command(ann, channel, "Card", target=target)
    assert carded.message is not None
    await double.press(ann, carded.message, "Again")
    await double.press(ann, carded.message, "Later")
    asked = await double.press(ann, carded.message, "Ask")
    sent = await double.submit(ann, asked, {"Why": "because"})
    await double.until(lambda: sent.message is not None and sent.message.deleted)


async def _everything_that_can_be_read(double: DiscordDouble, session: aiohttp.ClientSession) -> None:
    guild = double.only_guild()
    channel, *_ = double.world.channels.values()
    known = {
        "guild_id": guild.id,
        "channel_id": channel.id,
        "user_id": guild.owner.id,
        "application_id": double.bot.id,
        "message_id": next(iter(channel.messages)),
    }
    headers = {"Authorization": f"Bot {double.token}"}
    for routes in _TABLE.values():
        for route in routes:
            if route.method == "GET" and "webhook" not in route.template:
                with contextlib.suppress(KeyError):
                    url = double.api_url + route.template.format_map(known)
                    async with session.get(url, headers=headers) as answer:
                        assert answer.status in (200, 400), (url, await answer.text())


def test_every_route_of_the_double_is_in_the_file_under_the_same_name() -> None:
    every = {f"{each.method} {each.template}" for routes in _TABLE.values() for each in routes}
    spec = conformance._spec()[0]["paths"]
    named = {f"{method.upper()} {path}" for path, methods in spec.items() for method in methods}
    assert every - named <= NOT_IN_THE_FILE


def test_the_checker_finds_what_does_not_conform() -> None:
    wrong = Exchange(
        "POST", "/channels/1/messages", "/channels/{channel_id}/messages", {}, {"content": 5}, 0.0
    )
    wrong.status, wrong.response = 200, {"id": "x"}
    found = conformance.problems([wrong])
    assert any("request: content" in each for each in found)
    assert any("200" in each and "is a required property" in each for each in found)
