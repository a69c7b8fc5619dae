"""what clients were granted, the keys that sign tokens, and the name that programs know a person by"""

from secrets import token_urlsafe

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

people = sa.table("people", sa.column("id", sa.Integer), sa.column("public_id", sa.String))


def upgrade() -> None:
    op.create_table(
        "signing_keys",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kid", sa.String(length=22), nullable=False),
        sa.Column("public", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signs_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signs_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_signing_keys")),
        sa.UniqueConstraint("kid", name=op.f("uq_signing_keys_kid")),
    )
    op.create_table(
        "grants",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(length=22), nullable=True),
        sa.Column("code_id", sa.String(length=22), nullable=True),
        sa.Column("by_api", sa.Boolean(), nullable=False),
        sa.Column("scope", sa.String(length=200), nullable=False),
        sa.Column("refresh_hash", sa.String(length=64), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_grants_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
        sa.UniqueConstraint("code_id", name=op.f("uq_grants_code_id")),
    )
    for column in ("person_id", "session_id", "used_at"):
        op.create_index(op.f(f"ix_grants_{column}"), "grants", [column], unique=False)
    with op.batch_alter_table("people") as table:
        table.add_column(sa.Column("public_id", sa.String(length=22), nullable=True))
    connection = op.get_bind()
    named = [{"which": number, "name": token_urlsafe(16)} for number in connection.scalars(sa.select(people.c.id))]
    if named:
        naming = people.update().where(people.c.id == sa.bindparam("which")).values(public_id=sa.bindparam("name"))
        connection.execute(naming, named)
    with op.batch_alter_table("people") as table:
        table.alter_column("public_id", existing_type=sa.String(length=22), nullable=False)
        table.create_unique_constraint(op.f("uq_people_public_id"), ["public_id"])
