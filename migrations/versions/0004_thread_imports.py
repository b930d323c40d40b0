"""What a download told of a thread beside its messages, which tells how far two downloads can be compared."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Null: imported before these were noted.
COLUMNS = {
    "newest_part_no": "bigint",  # of its newest part that could be read; 1 ends the thread
    "nameless_count": "bigint",  # deleted accounts that it lists
    "is_in_seconds": "boolean",  # it tells times to the second, as downloads of early 2018 do
}


def upgrade() -> None:
    """Add the columns."""
    for name, kind in COLUMNS.items():
        op.execute(f"alter table thread_imports add column {name} {kind}")
