"""clients, and which of them a sign-in was for"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "clients",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("who", sa.String(length=10), nullable=False),
        sa.Column("redirects", sa.JSON(), nullable=False),
        sa.Column("after_sign_out", sa.JSON(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=True),
        sa.Column("added_by", sa.String(length=254), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clients")),
    )
    with op.batch_alter_table("sign_in_requests") as requests:
        requests.add_column(sa.Column("client_id", sa.String(length=22), nullable=True))
        requests.add_column(sa.Column("by_api", sa.Boolean(), nullable=False, server_default=sa.false()))
        # The way back into an authorization carries what its client sent along.
        requests.alter_column("next_path", type_=sa.String(length=2000), existing_type=sa.String(length=500))
    with op.batch_alter_table("login_sessions") as sessions:
        sessions.add_column(sa.Column("client_id", sa.String(length=22), nullable=True))
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("is_customer", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(op.f("ix_people_is_customer"), "people", ["is_customer"], unique=False)
