"""Streams and agent sessions: states, limits, five minutes, the native Stop."""

from typing import Any

from tests.doubles.slack import App, Channel, ManualClock, Message, Person, SlackDouble
from tests.doubles.slack.app import EVENTS
from tests.doubles.slack.asking import refusal
from tests.doubles.slack.client import web_client


async def place(double: SlackDouble) -> tuple[Person, Channel, Message]:
    """A person's DM with a first message in it."""
    double.team()
    ann = double.person("Ann")
    said = await double.say(ann, ann, "hello")
    return ann, double.dm(ann), said


async def test_the_sdks_own_stream_writes_one_message() -> None:
    async with SlackDouble() as double:
        _, dm, said = await place(double)
        client = web_client(double)
        stream = await client.chat_stream(channel=dm.id, thread_ts=said.ts, buffer_size=4)
        await stream.append(markdown_text="**Hello**")
        message = double.messages(dm, thread=said)[0]
        assert not message.is_complete
        await stream.append(markdown_text=" there")
        await stream.stop(markdown_text="!", session_status="closed")
        assert (message.text, message.is_complete) == ("**Hello** there!", True)
        assert [each.text for each in message.history] == ["**Hello**", "**Hello** there", "**Hello** there!"]
        session = double.session(said)
        assert session is not None
        assert session.status == "closed"


async def test_a_stream_in_a_channel_needs_its_recipient() -> None:
    async with SlackDouble() as double:
        team = double.team()
        ann, client = double.person("Ann"), web_client(double)
        channel = double.channel()
        said = await double.say(channel, ann, "hello")

        def start(**more: Any) -> Any:
            return client.chat_startStream(channel=channel.id, thread_ts=said.ts, **more)

        assert await refusal(start()) == "missing_recipient_user_id"
        assert await refusal(start(recipient_user_id=ann.id)) == "missing_recipient_team_id"
        wrong = start(recipient_user_id="U404", recipient_team_id=team.id)
        assert await refusal(wrong) == "user_not_found"
        elsewhere = start(recipient_user_id=ann.id, recipient_team_id="T404")
        assert await refusal(elsewhere) == "team_not_found"
        await start(recipient_user_id=ann.id, recipient_team_id=team.id)


async def test_a_stream_takes_only_the_shape_it_was_opened_with() -> None:
    async with SlackDouble() as double:
        _, dm, said = await place(double)
        client = web_client(double)
        chunk = [{"type": "markdown_text", "text": "chunk"}]
        in_text = await client.chat_startStream(channel=dm.id, thread_ts=said.ts, markdown_text="a")
        mixed = client.chat_appendStream(channel=dm.id, ts=in_text["ts"], chunks=chunk)
        assert await refusal(mixed) == "streaming_mode_mismatch"
        in_chunks = await client.chat_startStream(channel=dm.id, thread_ts=said.ts, chunks=chunk)
        mixed = client.chat_stopStream(channel=dm.id, ts=in_chunks["ts"], markdown_text="b")
        assert await refusal(mixed) == "streaming_mode_mismatch"
        await client.chat_stopStream(channel=dm.id, ts=in_chunks["ts"], chunks=chunk)


async def test_twelve_thousand_characters_over_the_whole_message() -> None:
    async with SlackDouble() as double:
        _, dm, said = await place(double)
        client = web_client(double)
        ts = (await client.chat_startStream(channel=dm.id, thread_ts=said.ts, markdown_text="x" * 12_000))[
            "ts"
        ]
        assert (
            await refusal(client.chat_appendStream(channel=dm.id, ts=ts, markdown_text="x")) == "msg_too_long"
        )
        await client.chat_stopStream(channel=dm.id, ts=ts)
        assert len(double.messages(dm, thread=said)[0].text) == 12_000


async def test_a_stream_lives_five_minutes() -> None:
    clock = ManualClock()
    async with SlackDouble(clock=clock) as double:
        _, dm, said = await place(double)
        client = web_client(double)
        ts = (await client.chat_startStream(channel=dm.id, thread_ts=said.ts, markdown_text="a"))["ts"]
        clock.advance(299)
        await client.chat_appendStream(channel=dm.id, ts=ts, markdown_text="b")
        clock.advance(1)
        late = client.chat_appendStream(channel=dm.id, ts=ts, markdown_text="c")
        assert await refusal(late) == "message_not_in_streaming_state"
        late = client.chat_stopStream(channel=dm.id, ts=ts)
        assert await refusal(late) == "message_not_in_streaming_state"
        await client.chat_update(channel=dm.id, ts=ts, text="whole")


async def test_while_it_streams_it_cannot_be_updated_and_after_the_stop_not_appended() -> None:
    async with SlackDouble() as double:
        _, dm, said = await place(double)
        client = web_client(double)
        ts = (await client.chat_startStream(channel=dm.id, thread_ts=said.ts))["ts"]
        updating = client.chat_update(channel=dm.id, ts=ts, text="x")
        assert await refusal(updating) == "streaming_state_conflict"
        assert await refusal(client.chat_appendStream(channel=dm.id, ts=ts)) == "no_text"
        await client.chat_stopStream(channel=dm.id, ts=ts, markdown_text="done")
        late = client.chat_appendStream(channel=dm.id, ts=ts, markdown_text="x")
        assert await refusal(late) == "message_not_in_streaming_state"
        plain = (await client.chat_postMessage(channel=dm.id, text="x"))["ts"]
        never = client.chat_appendStream(channel=dm.id, ts=plain, markdown_text="x")
        assert await refusal(never) == "message_not_in_streaming_state"


async def test_only_its_author_may_write_on() -> None:
    async with SlackDouble() as double:
        ann, dm, said = await place(double)
        client = web_client(double)
        ts = (await client.chat_startStream(channel=dm.id, thread_ts=said.ts))["ts"]
        strange = client.chat_appendStream(
            channel=dm.id, ts=ts, markdown_text="x", token=double.user_token(ann)
        )
        assert await refusal(strange) == "message_not_owned_by_app"


async def test_a_session_has_a_status_and_keeps_its_first_title() -> None:
    async with SlackDouble() as double:
        _, dm, said = await place(double)
        client = web_client(double)

        def status(value: str, **more: Any) -> Any:
            return client.agents_sessions_setStatus(channel_id=dm.id, thread_ts=said.ts, status=value, **more)

        await status("processing", title="First")
        await status("active", title="Second")
        session = double.session(said)
        assert session is not None
        assert (session.status, session.title) == ("active", "First")
        await client.agents_sessions_rename(channel_id=dm.id, thread_ts=said.ts, title="Third")
        assert session.title == "Third"
        assert await refusal(status("asleep")) == "invalid_arguments"
        assert await refusal(status("active", title="x" * 201)) == "invalid_arguments"
        assert [each for _, each in session.history] == ["processing", "active"]


async def test_an_app_that_is_no_agent_has_no_sessions() -> None:
    async with SlackDouble(App(agent=False)) as double:
        _, dm, said = await place(double)
        client = web_client(double)
        setting = client.agents_sessions_setStatus(channel_id=dm.id, thread_ts=said.ts, status="active")
        assert await refusal(setting) == "feature_not_enabled"
        ts = (await client.chat_startStream(channel=dm.id, thread_ts=said.ts, markdown_text="a"))["ts"]
        closing = client.chat_stopStream(channel=dm.id, ts=ts, session_status="closed")
        assert await refusal(closing) == "feature_not_enabled"
        double.app.streaming = False
        starting = client.chat_startStream(channel=dm.id, thread_ts=said.ts)
        assert await refusal(starting) == "feature_not_enabled"


async def test_without_the_subscription_processing_comes_with_a_warning() -> None:
    async with SlackDouble(App(events=set(EVENTS) - {"agent_session_stopped"})) as double:
        _, dm, said = await place(double)
        told = await web_client(double).agents_sessions_setStatus(
            channel_id=dm.id, thread_ts=said.ts, status="processing"
        )
        assert told["warning"] == "missing_agent_session_stopped_event_subscription"


async def test_the_native_stop_ends_streams_and_leaves_the_status_to_the_app() -> None:
    async with SlackDouble() as double:
        ann, dm, said = await place(double)
        client = web_client(double)
        await client.agents_sessions_setStatus(channel_id=dm.id, thread_ts=said.ts, status="processing")
        ts = (await client.chat_startStream(channel=dm.id, thread_ts=said.ts, markdown_text="a"))["ts"]
        await double.stop_session(ann, said)
        late = client.chat_appendStream(channel=dm.id, ts=ts, markdown_text="b")
        assert await refusal(late) == "stopped_by_user"
        session = double.session(said)
        assert session is not None
        assert session.status == "processing"
        told = double.office.parcels[-1].payload["event"]
        assert (told["type"], told["streaming_message_ts"]) == ("agent_session_stopped", [ts])
        assert (told["thread_ts"], told["user"]) == (said.ts, ann.id)


async def test_an_assistant_status_fades_after_two_minutes_or_a_reply() -> None:
    clock = ManualClock()
    async with SlackDouble(clock=clock) as double:
        _, dm, said = await place(double)
        client = web_client(double)

        async def set_status(text: str) -> None:
            await client.assistant_threads_setStatus(channel_id=dm.id, thread_ts=said.ts, status=text)

        await set_status("thinks")
        assert double.status(said) == "thinks"
        clock.advance(120)
        assert double.status(said) == ""
        await set_status("thinks")
        await client.chat_postMessage(channel=dm.id, text="done", thread_ts=said.ts)
        assert double.status(said) == ""
        await set_status("thinks")
        await set_status("")
        assert double.status(said) == ""


async def test_prompts_and_title_are_kept() -> None:
    async with SlackDouble() as double:
        _, dm, said = await place(double)
        client = web_client(double)
        prompt = {"title": "Ask", "message": "What can you do?"}
        await client.assistant_threads_setSuggestedPrompts(channel_id=dm.id, prompts=[prompt])
        assert double.assistant(dm).prompts == [prompt]
        five = client.assistant_threads_setSuggestedPrompts(channel_id=dm.id, prompts=[prompt] * 5)
        assert await refusal(five) == "invalid_arguments"
        await client.assistant_threads_setTitle(channel_id=dm.id, thread_ts=said.ts, title="Talk")
        assert double.assistant(said).title == "Talk"
