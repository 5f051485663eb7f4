"""How the layers were, over the training."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = "1"


def upgrade() -> None:
    """Make the table; runs of before have none of it."""
    run = sa.ForeignKey("runs.id", ondelete="CASCADE")
    op.create_table(
        "vitals",
        sa.Column("run", sa.String(16), run, primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("step", sa.BigInteger, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE vitals ALTER COLUMN data SET STORAGE EXTERNAL")  # it is deflated
