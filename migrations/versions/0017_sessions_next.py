"""a session knows to which path its sign-in led"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("login_sessions", sa.Column("next_hash", sa.String(64), nullable=True))
