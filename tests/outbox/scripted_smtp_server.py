"""A real SMTP server on loopback that follows a script of faults, at any step, and records all that it hears."""

import base64
import os
import signal
import socket
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from tests.smtp_server import ReceivedEmail, ReceivedEmails

STEPS = ("banner", "EHLO", "MAIL", "RCPT", "DATA", "body", "kept", "accepted")
SAID = {
    "banner": "220 scripted ESMTP",
    "MAIL": "250 OK",
    "RCPT": "250 OK",
    "DATA": "354 go on",
    "kept": "250 kept",
    "NOOP": "250 OK",
}
LONGEST_HANG = 120.0  # seconds; the product gives up long before, or its test fails


class HungUp(Exception):
    """The conversation has ended."""


@dataclass
class ScriptedServer(ReceivedEmails):
    """The server. `faults` lists for each step what happens instead of the reply, first fault first.

    The step `body` is an email that arrived and is discarded, `kept` one that is stored before its reply, `accepted`
    the moment after its reply. `kept` emails are in `received`. `NOOP` is asked on a reused connection.
    """

    faults: dict[str, list[Callable[["Conversation"], None]]] = field(default_factory=lambda: defaultdict(list))
    received: list[ReceivedEmail] = field(default_factory=list)
    heard: list[tuple[str, bool]] = field(default_factory=list)  # each line, and whether TLS protected it
    arrived_at: list[float] = field(default_factory=list)
    connections: int = 0
    seconds_a_letter: float = 0.0
    in_flight: int = 0
    most_in_flight: int = 0
    waited_out: int = 0  # how often a hang ended by its own timeout
    counting: threading.Lock = field(default_factory=threading.Lock)
    tls: ssl.SSLContext | None = None
    is_implicit: bool = False
    offers_starttls: bool = True
    injects: bytes = b""  # sent unencrypted after the reply to STARTTLS, as a man in the middle would
    account: tuple[str, str] | None = None

    def start(self) -> "ScriptedServer":
        self.stopping = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.listen, daemon=True).start()
        return self

    def stop(self) -> None:
        self.stopping.set()
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def listen(self) -> None:
        with suppress(OSError):
            while True:
                plain, _ = self.listener.accept()
                self.connections += 1
                threading.Thread(target=Conversation(self, plain).run, daemon=True).start()

    def once(self, step: str, fault: Callable[["Conversation"], None]) -> None:
        """Fail once at that step."""
        self.faults[step].append(fault)

    def always(self, step: str, fault: Callable[["Conversation"], None]) -> None:
        """Fail at that step until heal()."""
        self.faults[step].extend([fault] * 1000)

    def heal(self) -> None:
        self.faults.clear()

    @property
    def heard_in_clear(self) -> str:
        return "\n".join(line for line, was_hidden in self.heard if not was_hidden)

    @property
    def verbs(self) -> list[str]:
        return [line.split(" ")[0].split(":")[0].upper() for line, _ in self.heard]


@dataclass
class Conversation:
    """One connection."""

    server: ScriptedServer
    socket: socket.socket
    sender: str = ""
    recipients: list[str] = field(default_factory=list)
    is_known: bool = False

    def run(self) -> None:
        with suppress(HungUp, OSError):
            if self.server.is_implicit:
                self.go_tls()
            self.lines = self.socket.makefile("rb")
            self.step("banner")
            while True:
                self.answer(self.hear())
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def hear(self) -> str:
        line = self.lines.readline()
        if not line:
            raise HungUp
        text = line.decode("latin-1").rstrip("\r\n")
        self.server.heard.append((text, isinstance(self.socket, ssl.SSLSocket)))
        return text

    def say(self, text: str) -> None:
        self.socket.sendall(text.encode() + b"\r\n")

    def step(self, name: str, reply: str = "") -> None:
        """Fail as the script says for this step, or reply."""
        faults = self.server.faults[name]
        if faults:
            faults.pop(0)(self)
        elif reply or name in SAID:
            self.say(reply or SAID[name])

    def answer(self, line: str) -> None:
        verb, _, rest = line.partition(" ")
        method = getattr(self, f"on_{verb.lower()}", None)
        if method is None:
            self.say("502 no such command")
        else:
            method(rest)

    def on_ehlo(self, _name: str) -> None:
        hidden = isinstance(self.socket, ssl.SSLSocket)
        offers = ["scripted", "PIPELINING"]
        if self.server.tls and not hidden and self.server.offers_starttls:
            offers.append("STARTTLS")
        if self.server.account:
            offers.append("AUTH PLAIN LOGIN")
        self.step("EHLO", "\r\n".join([f"250-{offer}" for offer in offers[:-1]] + [f"250 {offers[-1]}"]))

    def on_starttls(self, _rest: str) -> None:
        self.socket.sendall(b"220 go on\r\n" + self.server.injects)
        self.go_tls()
        self.lines = self.socket.makefile("rb")

    def go_tls(self) -> None:
        self.socket = self.server.tls.wrap_socket(self.socket, server_side=True)

    def on_auth(self, rest: str) -> None:
        method, _, initial = rest.partition(" ")
        told = base64.b64decode(initial).decode().split("\0")
        if method == "LOGIN":
            self.say("334 " + base64.b64encode(b"Password:").decode())
            told.append(base64.b64decode(self.hear()).decode())
        self.is_known = tuple(told[-2:]) == self.server.account
        self.say("235 welcome" if self.is_known else "535 wrong")

    def on_mail(self, rest: str) -> None:
        if self.server.account and not self.is_known:
            self.say("530 log in first")
            return
        self.sender = rest[rest.index("<") + 1 : rest.index(">")]
        self.recipients = []
        self.step("MAIL")

    def on_rcpt(self, rest: str) -> None:
        self.recipients.append(rest[rest.index("<") + 1 : rest.index(">")])
        self.step("RCPT")

    def on_data(self, _rest: str) -> None:
        has_fault = bool(self.server.faults["DATA"])
        self.step("DATA")
        if not has_fault:
            self.take(self.body())

    def body(self) -> bytes:
        lines = []
        while (line := self.lines.readline()) != b".\r\n":
            if not line:
                raise HungUp
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    def take(self, raw: bytes) -> None:
        with self.server.counting:
            self.server.in_flight += 1
            self.server.most_in_flight = max(self.server.most_in_flight, self.server.in_flight)
        time.sleep(self.server.seconds_a_letter)
        with self.server.counting:
            self.server.in_flight -= 1
        if self.server.faults["body"]:
            self.step("body")
            return
        self.server.received.append(ReceivedEmail(self.sender, list(self.recipients), raw))
        self.server.arrived_at.append(time.monotonic())
        self.step("kept")
        self.step("accepted")

    def on_noop(self, _rest: str) -> None:
        self.step("NOOP")

    def on_rset(self, _rest: str) -> None:
        self.say("250 OK")

    def on_quit(self, _rest: str) -> None:
        self.say("221 bye")
        raise HungUp


def close(_talk: Conversation) -> None:
    """Close the connection."""
    raise HungUp


def hang(talk: Conversation) -> None:
    """Say nothing, and keep the connection open."""
    talk.server.waited_out += not talk.server.stopping.wait(LONGEST_HANG)
    raise HungUp


def drip(talk: Conversation) -> None:
    """Reply with a byte from time to time, without an end."""
    until = time.monotonic() + LONGEST_HANG
    talk.socket.sendall(b"250-")
    while time.monotonic() < until and not talk.server.stopping.wait(0.1):
        talk.socket.sendall(b"x")
    talk.server.waited_out += time.monotonic() >= until
    raise HungUp


def reply_with(text: str) -> Callable[[Conversation], None]:
    """Reply with a text; 421 also closes the connection."""

    def say(talk: Conversation) -> None:
        talk.say(text)
        if text.startswith("421"):
            raise HungUp

    say.__name__ = text.split(" ")[0]
    return say


def kill_process(pid: Callable[[], int]) -> Callable[[Conversation], None]:
    """Kill a process at this moment, without a reply."""

    def kill(_talk: Conversation) -> None:
        os.kill(pid(), signal.SIGKILL)
        raise HungUp

    return kill
