"""Messages of one instant are numbered within the instant, no longer within their file.

So two downloads whose parts are cut elsewhere agree on the place of a message, and the order of importing
does not matter. Where parts cut an instant, those of an older part stay before, as the importer has them.
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
                    partition by bucket, thread_id, sent_at_ms, part_start order by ordinal, message_id
                ) - 1024
                + case
                    when min(part_start) over (partition by bucket, thread_id, sent_at_ms)
                        = max(part_start) over (partition by bucket, thread_id, sent_at_ms)
                        then 0
                    else part_start
                end as ordinal
            from (
                select
                    *,
                    ordinal - mod(mod(ordinal, 1024000000) + 1024000000, 1024000000) as part_start
                from messages
            ) as numbered
        ) as placed
        where messages.bucket = placed.bucket
            and messages.thread_id = placed.thread_id
            and messages.message_id = placed.message_id
            and messages.ordinal <> placed.ordinal
        """
    )
