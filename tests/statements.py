"""How many statements something makes: what a list costs must not depend on how long it is."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event


@contextmanager
def counted() -> Iterator[list[str]]:
    """Note every SELECT, INSERT, UPDATE and DELETE that is made inside."""
    made: list[str] = []

    def note(_connection, _cursor, statement, *_others):
        if statement.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            made.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield made
    finally:
        event.remove(Engine, "before_cursor_execute", note)
