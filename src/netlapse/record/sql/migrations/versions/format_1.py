"""The first format in a database."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None

_PLAIN_ORDER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "runs",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sort_name", _PLAIN_ORDER, nullable=False),
        sa.Column("search", sa.Text, nullable=False),
        sa.Column("remark", sa.Text, nullable=False),
        sa.Column("created", sa.Double, nullable=False),
        sa.Column("hidden", sa.Double),
        sa.Column("parent", sa.String(16)),
        sa.Column("parent_step", sa.BigInteger),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("step", sa.BigInteger, nullable=False),
        sa.Column("epoch", sa.Double, nullable=False),
        sa.Column("epochs", sa.BigInteger, nullable=False),
        sa.Column("problem", sa.Text),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("steps", sa.BigInteger, nullable=False),
        sa.Column("evaluations", sa.BigInteger, nullable=False),
        sa.Column("loss", sa.Double),
        sa.Column("accuracy", sa.Double),
        sa.Column("bytes_used", sa.BigInteger, nullable=False),
        sa.Column("keyframe_bytes", sa.BigInteger, nullable=False),
        sa.Column("writer", sa.String(16), nullable=False),
    )
    op.create_index("runs_by_created", "runs", ["created"])
    op.create_index("runs_by_state", "runs", ["state"])
    op.create_table("specs", _run(), sa.Column("document", sa.Text, nullable=False))
    op.create_table("tags", _run(), sa.Column("tag", sa.Text, primary_key=True))
    op.create_index("tags_by_tag", "tags", ["tag"])
    op.create_table(
        "interventions",
        _run(),
        _key("number"),
        sa.Column("step", sa.BigInteger, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_table(
        "evaluations",
        _run(),
        _key("number"),
        sa.Column("step", sa.BigInteger, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
    )
    op.create_table(
        "notes",
        _run(),
        _key("number"),
        sa.Column("step", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("values", sa.Text, nullable=False),
    )
    op.create_table(
        "metric_chunks",
        _run(),
        _key("first_step"),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("crc32", sa.BigInteger, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "metric_levels", _run(), _key("block"), sa.Column("data", sa.LargeBinary, nullable=False)
    )
    op.create_table(
        "keyframes",
        _run(),
        _key("step"),
        _key("interventions"),
        sa.Column("seconds", sa.Double, nullable=False),
        sa.Column("final", sa.Boolean, nullable=False),
        sa.Column("bytes_used", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("data", sa.LargeBinary),
    )
    op.create_table(
        "shares",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column(
            "run", sa.String(16), sa.ForeignKey("runs.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("step", sa.BigInteger, nullable=False),
        sa.Column("view", sa.Text, nullable=False),
        sa.Column("created", sa.Double, nullable=False),
    )
    op.create_index("shares_by_run", "shares", ["run"])
    if op.get_bind().dialect.name == "postgresql":
        # Losses and weights do not compress; trying costs more than all the rest.
        for table in ("metric_chunks", "metric_levels", "keyframes"):
            op.execute(f"ALTER TABLE {table} ALTER COLUMN data SET STORAGE EXTERNAL")


def _run() -> sa.Column[str]:
    key = sa.ForeignKey("runs.id", ondelete="CASCADE")
    return sa.Column("run", sa.String(16), key, primary_key=True)


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, primary_key=True, autoincrement=False)
