"""Person: one address that has signed in at least once."""

from datetime import datetime

from sqlalchemy import String, false
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock
from shop.extensions import Model
from shop.tokens import new_id


class Person(Model):
    """One address that has signed in. The person's role is not stored here: the allowlist is read each time.

    `is_customer`: the last sign-in was without a role, to a client that is open to everyone. None of their sessions
    gets a role from later rules; they have to sign in with it. `public_id` identifies the person to programs: it is
    permanent, reveals nothing and cannot be guessed.
    """

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(254), unique=True)
    domain: Mapped[str] = mapped_column(String(254), index=True)
    since: Mapped[datetime] = mapped_column(clock.UtcDateTime)
    last_sign_in_at: Mapped[datetime | None] = mapped_column(clock.UtcDateTime)
    is_customer: Mapped[bool] = mapped_column(default=False, server_default=false(), index=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True, default=new_id)
