"""The tables, as the newest migration leaves them (`migrations/versions`).

Rows of `runs` are narrow, because every search reads all of them: the spec, the evaluations and the
tags stand in tables of their own.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

FORMAT = "2"
"""The newest migration; a database that names another is older, or of a newer netlapse."""

metadata = MetaData()

# By code point everywhere, as Python sorts.
_PLAIN_ORDER = Text().with_variant(Text(collation="C"), "postgresql")


def _run() -> Column[str]:
    """The run that a row belongs to, and goes with."""
    return Column("run", String(16), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)


def _key(name: str) -> Column[int]:
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


runs = Table(
    "runs",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", Text, nullable=False),
    Column("sort_name", _PLAIN_ORDER, nullable=False),  # folded
    Column("search", Text, nullable=False),  # name, tags, remark and id, folded
    Column("remark", Text, nullable=False),
    Column("created", Double, nullable=False),
    Column("hidden", Double),
    Column("parent", String(16)),  # no foreign key: it may be deleted
    Column("parent_step", BigInteger),
    Column("state", String(20), nullable=False),
    Column("step", BigInteger, nullable=False),
    Column("epoch", Double, nullable=False),
    Column("epochs", BigInteger, nullable=False),
    Column("problem", Text),
    Column("note", Text, nullable=False),
    Column("steps", BigInteger, nullable=False),  # recorded
    Column("evaluations", BigInteger, nullable=False),  # so far, also those that were thinned
    Column("loss", Double),  # of the newest evaluation
    Column("accuracy", Double),
    Column("bytes_used", BigInteger, nullable=False),
    Column("keyframe_bytes", BigInteger, nullable=False),
    Column("writer", String(16), nullable=False),  # who acquired it last
    Index("runs_by_created", "created"),
    Index("runs_by_state", "state"),
)

specs = Table("specs", metadata, _run(), Column("document", Text, nullable=False))

tags = Table("tags", metadata, _run(), Column("tag", Text, primary_key=True))
Index("tags_by_tag", tags.c.tag)

interventions = Table(
    "interventions",
    metadata,
    _run(),
    _key("number"),
    Column("step", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
)

evaluations = Table(
    "evaluations",
    metadata,
    _run(),
    _key("number"),  # of all that came, so that thinning needs no memory
    Column("step", BigInteger, nullable=False),
    Column("data", Text, nullable=False),
)

vitals = Table(
    "vitals",
    metadata,
    _run(),
    _key("number"),  # as of evaluations
    Column("step", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

notes = Table(
    "notes",
    metadata,
    _run(),
    _key("number"),
    Column("step", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("values", Text, nullable=False),
)

metric_chunks = Table(
    "metric_chunks",
    metadata,
    _run(),
    _key("first_step"),
    Column("count", Integer, nullable=False),
    Column("crc32", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

metric_levels = Table(
    "metric_levels", metadata, _run(), _key("block"), Column("data", LargeBinary, nullable=False)
)

keyframes = Table(
    "keyframes",
    metadata,
    _run(),
    _key("step"),
    _key("interventions"),
    Column("seconds", Double, nullable=False),
    Column("final", Boolean, nullable=False),
    Column("bytes_used", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("file", Text, nullable=False),  # empty where the state is small and lies here:
    Column("data", LargeBinary),
)

shares = Table(
    "shares",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("run", String(16), ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("step", BigInteger, nullable=False),
    Column("view", Text, nullable=False),
    Column("created", Double, nullable=False),
    Index("shares_by_run", "run"),
)
