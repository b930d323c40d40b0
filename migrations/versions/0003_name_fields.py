"""Names of speakers in a field of their own: the option, and the slugs that stand in it."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = {
    # The name by which lines of datasets with has_name_field speak of a person. A slug never comes to mean
    # another person, so old files can be read back: a renamed person gets a new one and keeps the old one,
    # and a merged person keeps both.
    "participant_slugs": """
        owner_id bigint not null,
        slug varchar not null,                  -- 'Bo_Lund', 1 to 64 of A-Z a-z 0-9 _ -
        participant_id bigint not null,
        made_from varchar not null,             -- the display name then: 'Bo Lünd'
        is_current boolean not null,            -- false: only older files hold it
        primary key (owner_id, slug)
    """,
    "slug_tokens": """
        slug varchar not null,
        tokenizer varchar not null,
        token_count bigint not null
    """,
}


def upgrade() -> None:
    """Add the option, off in every recipe that is there, and the tables."""
    # In groups a user turn of one speaker says who it is in the field `name`.
    op.execute("alter table datasets add column has_name_field boolean not null default false")
    for name, columns in TABLES.items():
        op.execute(f"create table {name} ({columns})")
