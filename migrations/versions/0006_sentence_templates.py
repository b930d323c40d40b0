"""What a user said of texts that recur: whether Messenger wrote them, or people."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.execute(
        "create table sentence_templates (owner_id bigint not null, template varchar not null,"
        " verdict varchar not null, decided_at timestamp not null, primary key (owner_id, template))"
    )
