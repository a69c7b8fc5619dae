"""what is lacking where 0009 to 0011 were passed before they held what they hold now"""

import sqlalchemy as sa
from alembic import context, op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    # 0012 landed on 0010, and 0011 was put between them later: a database that was at 0012 by then never ran it. 0009
    # and 0010 each gained an index after they had landed. Everywhere else all of this is there, and nothing happens.
    op.create_index("ix_customers_accepts_marketing", "customers", ["accepts_marketing", "id"], if_not_exists=True)
    if not sa.inspect(op.get_bind()).has_table("sales_days"):
        # As 0010 makes it, since 0011 begins by taking it away.
        columns = ["currency", "cancelled_at", "placed_at", "total"]
        op.create_index("ix_orders_sales", "orders", columns, if_not_exists=True)
        context.script.get_revision("0011").module.upgrade()
