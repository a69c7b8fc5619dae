"""A real SMTP server on loopback that stores what it receives, envelope and bytes."""

import re
import time
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.live_server import find_free_port
from tests.processes import PATIENCE


@dataclass
class ReceivedEmail:
    """One message as it was received."""

    sender: str
    recipients: list[str]
    raw: bytes

    @cached_property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)

    @cached_property
    def text(self) -> str:
        return self.message.get_body(("plain",)).get_content().replace("\r\n", "\n")

    @cached_property
    def html(self) -> str:
        return self.message.get_body(("html",)).get_content()

    @property
    def link(self) -> str:
        return re.search(r"^(http\S+/sign-in/link/\S+)$", self.text, re.M).group(1)

    @property
    def is_for_a_program(self) -> bool:
        return self.message["Subject"] == "Your sign-in code"

    @property
    def code(self) -> str:
        return re.search(r"^([0-9A-Z]{3}-[0-9A-Z]{3})$", self.text, re.M).group(1)


class ReceivedEmails:
    """A server that stores messages in `received`."""

    received: list[ReceivedEmail]

    def letters_to(self, address: str) -> list[ReceivedEmail]:
        return [one for one in self.received if one.recipients == [address]]

    def ways_in(self, address: str) -> list[ReceivedEmail]:
        """Return the emails that sign an address in, by link or by code; others may overtake them."""
        return [one for one in self.letters_to(address) if "/sign-in/link/" in one.text or one.is_for_a_program]


@dataclass
class SmtpServer(ReceivedEmails):
    """The server; `received` are its messages, oldest first."""

    received: list[ReceivedEmail] = field(default_factory=list)
    controller: Controller | None = None

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        self.received.append(ReceivedEmail(envelope.mail_from, list(envelope.rcpt_tos), bytes(envelope.content)))
        return "250 OK"

    def start(self) -> "SmtpServer":
        self.controller = Controller(self, hostname="127.0.0.1", port=find_free_port())
        self.controller.start()
        return self

    def stop(self) -> None:
        self.controller.stop()

    @property
    def port(self) -> int:
        return self.controller.server.sockets[0].getsockname()[1]

    def wait_for(self, address: str, *, count: int = 1, seconds: float = PATIENCE) -> ReceivedEmail:
        """Return the `count`th email that signs an address in, once it has arrived."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if len(found := self.ways_in(address)) >= count:
                return found[count - 1]
            time.sleep(0.02)
        raise AssertionError(f"no letter {count} to {address} in {seconds} s; {len(self.received)} in all")
