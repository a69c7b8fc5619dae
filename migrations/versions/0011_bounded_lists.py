"""what each day came to, what variants repeat of their products, and indexes for lists of any length"""

from collections import defaultdict
from datetime import UTC
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

ORDERS = sa.table(
    "orders",
    sa.column("id", sa.Integer),
    sa.column("placed_at", sa.DateTime(timezone=True)),
    sa.column("cancelled_at", sa.DateTime(timezone=True)),
    sa.column("currency", sa.String),
    sa.column("total", sa.BigInteger),
)
REFUNDS = sa.table(
    "refunds",
    sa.column("order_id", sa.Integer),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("credit", sa.BigInteger),
)


NOT_CANCELLED = sa.text("cancelled_at IS NULL")
REPLACED = {
    "ix_variants_stock_state": ("variants", ["stock_state", "is_sold", "id"], {}),
    "ix_orders_sales": (
        "orders",
        ["currency", "placed_at", "id", "total"],
        {"sqlite_where": NOT_CANCELLED, "postgresql_where": NOT_CANCELLED},
    ),
    "ix_audit_entries_at": ("audit_entries", ["at", "id"], {}),
    "ix_audit_entries_event": ("audit_entries", ["event", "id"], {}),
    "ix_audit_entries_by": ("audit_entries", ["by", "id"], {}),
    "ix_audit_entries_about": ("audit_entries", ["about", "id"], {}),
    "ix_letters_outcome": ("letters", ["outcome", "id"], {}),
}


def upgrade() -> None:
    # SQLite cannot take a default away again: a table that others refer to is not to be made anew.
    op.add_column(
        "variants", sa.Column("title_key", sa.String(length=255), server_default=sa.text("''"), nullable=False)
    )
    op.add_column("variants", sa.Column("is_sold", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(
        "UPDATE variants SET"
        " title_key = (SELECT title_key FROM products WHERE products.id = variants.product_id),"
        " is_sold = (SELECT status = 'active' FROM products WHERE products.id = variants.product_id)"
    )
    for name, (table, columns, options) in REPLACED.items():
        op.drop_index(name, table_name=table)
        op.create_index(name, table, columns, **options)
    op.create_index("ix_variants_title_key", "variants", ["title_key", "id"])
    op.create_index("ix_products_status_stock_state", "products", ["status", "stock_state", "updated_at", "id"])
    days = op.create_table(
        "sales_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("totals", sa.BigInteger(), nullable=False),
        sa.Column("returns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "currency", name=op.f("pk_sales_days")),
    )

    connection = op.get_bind()
    zone = ZoneInfo(connection.scalar(sa.text("SELECT time_zone FROM store")) or "UTC")
    sums: dict[tuple[object, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    placed = sa.select(ORDERS.c.placed_at, ORDERS.c.currency, sa.literal(1), ORDERS.c.total, sa.literal(0))
    returned = sa.select(REFUNDS.c.at, ORDERS.c.currency, sa.literal(0), sa.literal(0), REFUNDS.c.credit)
    for query in (placed, returned.join_from(REFUNDS, ORDERS, ORDERS.c.id == REFUNDS.c.order_id)):
        kept = query.where(ORDERS.c.cancelled_at.is_(None)).execution_options(yield_per=1000)
        for at, currency, *numbers in connection.execute(kept):
            day = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(zone).date()
            sums[day, currency] = [one + more for one, more in zip(sums[day, currency], numbers, strict=True)]
    names = ("day", "currency", "orders", "totals", "returns")
    if sums:
        op.bulk_insert(days, [dict(zip(names, (*key, *found), strict=True)) for key, found in sums.items()])
