"""orders in the archive that are not paid or not sent are among those to be paid and to be sent again"""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.execute(
        "UPDATE orders SET"
        " is_to_ship = fulfilment_state IN ('unfulfilled', 'partial'),"
        " is_to_pay = total - credited - (paid - refunded) > 0"
        " WHERE archived_at IS NOT NULL AND cancelled_at IS NULL"
    )
