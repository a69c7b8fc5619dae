"""Responses of the API: the error envelope, and a person as a program sees one."""

from typing import Any, NoReturn

from flask import Response, jsonify
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, TooManyRequests

from shop.extensions import db
from shop.grants.queries import LiveGrant

ERROR_NAMES = {
    400: "ValidationError",
    401: "UnauthorizedError",
    403: "ForbiddenError",
    404: "NotFoundError",
    405: "MethodNotAllowedError",
    413: "PayloadTooLargeError",
    415: "UnsupportedMediaTypeError",
    429: "RateLimitError",
    500: "InternalServerError",
    503: "ServiceUnavailableError",
}


class CallRefused(HTTPException):
    """A refused call, with a status and a sentence for the program's author."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = status


def refuse_call(status: int, sentence: str) -> NoReturn:
    """Answer with an error; uncommitted changes are rolled back."""
    db.session.rollback()
    raise CallRefused(status, sentence)


def refuse_too_many(sentence: str, seconds: int) -> NoReturn:
    """Answer 429, with the seconds to wait in Retry-After."""
    db.session.rollback()
    raise TooManyRequests(sentence, retry_after=seconds)


def write_refusal(refusal: CallRefused) -> ResponseReturnValue:
    """Write a refusal as an error envelope."""
    headers = {"WWW-Authenticate": "Bearer"} if refusal.code == 401 else {}
    return write_error(refusal.code or 500, refusal.description or "", headers)


def write_error(status: int, sentence: str, headers: dict[str, str]) -> ResponseReturnValue:
    """Write an error as Strapi's clients expect it. Needs neither the database nor a session."""
    error = {"status": status, "name": ERROR_NAMES.get(status, ERROR_NAMES[400]), "message": sentence, "details": {}}
    response: Response = jsonify(data=None, error=error)
    return response, status, headers


def describe_user(held: LiveGrant) -> dict[str, Any]:
    """Return a person in the fields that clients of Strapi read; `id` is the `sub` of tokens."""
    person = held.person
    return {
        "id": person.public_id,
        "documentId": person.public_id,
        "username": person.address,
        "email": person.address,
        "provider": "local",
        "confirmed": True,
        "blocked": False,
        "role": held.verdict.role,
        "createdAt": person.since.isoformat(timespec="milliseconds"),
    }
