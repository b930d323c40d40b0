"""Messages of one instant are numbered within the instant, no longer within their file.

So two downloads whose parts are cut elsewhere agree on the place of a message, and the order of importing
does not matter.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Number the messages of each instant anew, in the order that they have."""
    op.execute(
        """
        update messages
        set ordinal = placed.ordinal
        from (
            select
                bucket,
                thread_id,
                message_id,
                1024 * row_number() over (
                    partition by bucket, thread_id, sent_at_ms order by ordinal, message_id
                ) - 1024 as ordinal
            from messages
        ) as placed
        where messages.bucket = placed.bucket
            and messages.thread_id = placed.thread_id
            and messages.message_id = placed.message_id
            and messages.ordinal <> placed.ordinal
        """
    )
