"""products, their tags, pictures and variants"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "products",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("title_key", sa.String(length=255), nullable=False),
        sa.Column("handle", sa.String(length=255), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("type", sa.String(length=255), nullable=False),
        sa.Column("vendor", sa.String(length=255), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("option1", sa.String(length=255), nullable=False),
        sa.Column("option2", sa.String(length=255), nullable=False),
        sa.Column("option3", sa.String(length=255), nullable=False),
        sa.Column("price_low", sa.BigInteger(), nullable=False),
        sa.Column("price_high", sa.BigInteger(), nullable=False),
        sa.Column("available", sa.Integer(), nullable=False),
        sa.Column("stock_state", sa.String(length=5), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("handle", name=op.f("uq_products_handle")),
    )
    op.create_index("ix_products_available", "products", ["available", "id"], unique=False)
    op.create_index("ix_products_price_low", "products", ["price_low", "id"], unique=False)
    op.create_index("ix_products_status", "products", ["status", "updated_at", "id"], unique=False)
    op.create_index("ix_products_stock_state", "products", ["stock_state", "updated_at", "id"], unique=False)
    op.create_index("ix_products_title_key", "products", ["title_key", "id"], unique=False)
    op.create_index("ix_products_type", "products", ["type", "updated_at", "id"], unique=False)
    op.create_index("ix_products_updated_at", "products", ["updated_at", "id"], unique=False)
    op.create_index("ix_products_vendor", "products", ["vendor", "updated_at", "id"], unique=False)
    op.create_table(
        "pictures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=22), nullable=False),
        sa.Column("alt", sa.String(length=500), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_pictures_product_id_products"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pictures")),
        sa.UniqueConstraint("name", name=op.f("uq_pictures_name")),
    )
    op.create_index("ix_pictures_product_id", "pictures", ["product_id", "position"], unique=False)
    op.create_table(
        "product_tags",
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_product_tags_product_id_products"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("product_id", "tag", name=op.f("pk_product_tags")),
    )
    op.create_index("ix_product_tags_tag", "product_tags", ["tag", "product_id"], unique=False)
    op.create_table(
        "variants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("value1", sa.String(length=255), nullable=False),
        sa.Column("value2", sa.String(length=255), nullable=False),
        sa.Column("value3", sa.String(length=255), nullable=False),
        sa.Column("sku", sa.String(length=255), nullable=False),
        sa.Column("barcode", sa.String(length=255), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("compare_at", sa.BigInteger(), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("taxable", sa.Boolean(), nullable=False),
        sa.Column("requires_shipping", sa.Boolean(), nullable=False),
        sa.Column("continue_selling", sa.Boolean(), nullable=False),
        sa.Column("low_stock", sa.Integer(), nullable=True),
        sa.Column("low_at", sa.Integer(), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("committed", sa.Integer(), nullable=False),
        sa.Column("available", sa.Integer(), nullable=False),
        sa.Column("stock_state", sa.String(length=5), nullable=False),
        sa.Column("picture_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["pictures.id"], name=op.f("fk_variants_picture_id_pictures"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_variants_product_id_products"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variants")),
    )
    op.create_index("ix_variants_available", "variants", ["available", "id"], unique=False)
    op.create_index("ix_variants_barcode", "variants", ["barcode"], unique=False)
    op.create_index("ix_variants_committed", "variants", ["committed", "id"], unique=False)
    op.create_index("ix_variants_on_hand", "variants", ["on_hand", "id"], unique=False)
    op.create_index("ix_variants_product_id", "variants", ["product_id", "position"], unique=False)
    op.create_index("ix_variants_sku", "variants", ["sku"], unique=False)
    op.create_index("ix_variants_stock_state", "variants", ["stock_state", "id"], unique=False)
