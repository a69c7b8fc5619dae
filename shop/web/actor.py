"""Who acts: a person, a visitor or a program, with the request by which it is done, as rules are given it."""

from dataclasses import dataclass

from flask_login import current_user

from shop.web.request_info import NO_REQUEST, RequestInfo, get_request_info


@dataclass(frozen=True)
class Actor:
    """Who does something, as the audit log names it.

    `name` is an email address, or `visitor`, `worker`, `program` or `command line`. What a visitor types proves
    nothing, so it is no name.
    """

    name: str
    request: RequestInfo


COMMAND_LINE = Actor("command line", NO_REQUEST)  # not marked: as the audit log names it
PROGRAM = Actor("program", NO_REQUEST)
WORKER = Actor("worker", NO_REQUEST)


def get_actor() -> Actor:
    """Return the signed-in person with the present request; only edges may call this."""
    return Actor(current_user.address, get_request_info())


def get_visitor() -> Actor:
    """Return whoever is at the door with the present request; only edges may call this."""
    return Actor("visitor", get_request_info())
