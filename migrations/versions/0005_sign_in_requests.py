"""requests for a sign-in"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "sign_in_requests",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("mailbox", sa.String(length=254), nullable=False),
        sa.Column("known_browser", sa.String(length=64), nullable=True),
        sa.Column("browser_hash", sa.String(length=64), nullable=True),
        sa.Column("renews", sa.Integer(), nullable=True),
        sa.Column("next_path", sa.String(length=500), nullable=True),
        sa.Column("network", sa.String(length=60), nullable=False),
        sa.Column("browser", sa.String(length=300), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("last_letter_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("redeemed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("redeemed_via", sa.String(length=12), nullable=True),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_requests")),
        sa.UniqueConstraint("browser_hash", name=op.f("uq_sign_in_requests_browser_hash")),
    )
    op.create_index(op.f("ix_sign_in_requests_address"), "sign_in_requests", ["address"], unique=False)
    op.create_index(op.f("ix_sign_in_requests_asked_at"), "sign_in_requests", ["asked_at"], unique=False)
    op.create_index(op.f("ix_sign_in_requests_mailbox"), "sign_in_requests", ["mailbox"], unique=False)
    op.create_index(op.f("ix_sign_in_requests_renews"), "sign_in_requests", ["renews"], unique=False)
