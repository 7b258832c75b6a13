"""The face, part five: a Slack that misbehaves."""

from typing import Any

from .base import Base
from .errors import Json
from .state import Team


class Breaking(Base):
    """Breaks connections and manners; failures of calls are planned with `faults`."""

    async def drop_sockets(self, *, politely: bool = False) -> None:
        """Cut all sockets (or close them); what was not acknowledged is delivered again at once."""
        await self.sockets.drop(politely=politely)

    def give_up(self) -> int:
        """Give up on all events that nobody took, as Slack does after a while; how many they were."""
        left = [each for each in self.office.open if each.kind == "events_api"]
        for parcel in left:
            parcel.lost = True
            self.office.open.discard(parcel)
            self.office.parcels.remove(parcel)
        return len(left)

    def refresh_sockets(self, reason: str = "refresh_requested", *, grace: float = 10.0) -> None:
        """Ask for new sockets, as Slack does every few hours; the old ones end after `grace` seconds.

        `reason` is refresh_requested, warning or link_disabled.
        """
        self.sockets.refresh(reason, grace)

    def refuse_sockets(self, times: int) -> None:
        """Refuse the next sockets."""
        self.sockets.refuse = times

    def deafen(self) -> None:
        """Stop answering pings."""
        self.sockets.answers_pings = False

    def hear(self) -> None:
        """Answer pings again."""
        self.sockets.answers_pings = True

    async def ping(self) -> None:
        """Ping every socket."""
        for connection in self.sockets.connections:
            await connection.socket.ping(b"Ping from applink-double")

    def send_text(self, frame: str) -> None:
        """Send a raw text frame to everybody, JSON or not."""
        for connection in self.sockets.connections:
            connection.outbox.put_nowait(frame)

    def dispatch(self, event: Json, *, team: Team | None = None) -> Json:
        """Deliver any event at all, malformed ones too; gives the whole payload."""
        install = self.world.installs[(team or self.only_team()).id]
        payload = self.desk.events.envelope(install, event)
        self.desk.events.send(payload)
        return payload

    async def verify_url(self, url: str) -> bool:
        """Send url_verification, as saving the request URL does; tells whether the challenge came back."""
        import json  # noqa: PLC0415  # used by this one only

        challenge = self.world.new_id("challenge")
        body = {"token": self.app.verification_token, "challenge": challenge, "type": "url_verification"}
        answer = await self.post_signed(url, json.dumps(body))
        return challenge in (answer, (answer or {}).get("challenge") if isinstance(answer, dict) else None)

    async def post_signed(self, url: str, body: str, *, kind: str = "application/json") -> Any:
        """Post a body with a good signature; gives the answer."""
        headers = {"Content-Type": kind, **self.webhooks.signed(body)}
        return (await self.webhooks.call(url, body, headers))[1]
