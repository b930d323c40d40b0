"""Create the tables of the store.

Large tables (messages and what hangs on them) have no key and no index: a key costs 1.5 s per million rows,
and DuckDB cannot alter such tables freely; `sql/checks/` finds orphans and doubles instead.
Every id is a 63-bit integer made from content. Every time is UTC.
"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = {
    # What the store says of itself: bucket_count (64), sql_hash (of sql/), release (0.1.0).
    "settings": """
        name varchar not null primary key,
        value varchar not null
    """,
    # The views that migrate() made and may drop; a user's own views are never listed here.
    "store_views": """
        view_no bigint not null,
        view_name varchar not null
    """,
    # Whose archives these are; a study has one row per donor.
    "owners": """
        owner_id bigint not null primary key,
        label varchar not null,                 -- chosen with --owner; 'me' unless told
        self_participant_id bigint,             -- null until the owner is found or told
        self_evidence varchar                   -- told, profile, autofill, guessed; strongest first
    """,
    # One run of `rolecall import`.
    "imports": """
        import_id bigint not null primary key,  -- 1, 2, 3 in the order of starting
        owner_id bigint not null,
        started_at timestamp not null,
        finished_at timestamp,                  -- null while running
        status varchar not null,                -- running, finished, interrupted, failed
        newest_at_ms bigint,                    -- its clock, the newest message in it, orders downloads
        arguments varchar not null,             -- JSON text: {"paths":["facebook.zip"]}
        file_count bigint not null,             -- files looked at
        added_count bigint not null,            -- messages that are new
        changed_count bigint not null,          -- messages that were known and got another content
        known_count bigint not null,            -- messages that were known, read again
        skipped_count bigint not null           -- files that should hold messages and could not be read
    """,
    # One file of an archive that was looked at.
    "import_files": """
        import_id bigint not null,
        path varchar not null,                  -- inside the archive: 'messages/inbox/ann_1/message_1.json'
        sha256 varchar,                         -- of its bytes, 64 hex digits; null when it could not be read
        byte_count bigint not null,
        source varchar,                         -- facebook; null when no source knows it
        status varchar not null,                -- loaded, unchanged, skipped (not a chat), failed (damaged)
        reason varchar,                         -- why it was skipped or failed
        message_count bigint not null
    """,
    # One person, or one deleted account of one thread.
    "participants": """
        participant_id bigint not null primary key,
        owner_id bigint not null,
        display_name varchar not null,          -- 'Ann Example'; of the newest download
        is_self boolean not null,               -- the owner of the archives
        is_anonymous boolean not null,          -- a deleted account, known in one thread only
        named_at_ms bigint                      -- clock of the download that gave the display name
    """,
    "participant_names": """
        participant_id bigint not null,
        name varchar not null,
        source varchar not null                 -- where the name was read: facebook
    """,
    # One chat among the same people.
    "threads": """
        thread_id bigint not null primary key,
        owner_id bigint not null,
        bucket bigint not null,                 -- thread_id modulo the setting bucket_count
        source varchar not null,                -- facebook
        kind varchar not null,                  -- direct, group, self
        title varchar not null,                 -- '' when it has none
        section varchar,                        -- inbox, archived_threads, ...; null when nothing says
        is_still_participant boolean            -- false: the owner left
    """,
    # A key by which archives name a thread.
    "thread_keys": """
        thread_id bigint not null,
        source varchar not null,
        key_kind varchar not null,              -- folder_id (13 digits and more), folder, file, ...
        key_value varchar not null,             -- '6123456789012345', 'annexample_c9g_s2qqfq'
        first_import_id bigint not null,
        last_import_id bigint not null
    """,
    # A download that spoke of a thread.
    "thread_imports": """
        thread_id bigint not null,
        import_id bigint not null,
        first_at_ms bigint,                     -- the thread's first message in it; null: it had none
        newest_at_ms bigint
    """,
    # An id that a thread had before it proved to be one with another.
    "joined_threads": """
        old_thread_id bigint not null primary key,
        thread_id bigint not null
    """,
    # A person who was merged into another by hand, and the messages that were theirs; for `people split`.
    "merged_participants": """
        old_participant_id bigint not null primary key,
        participant_id bigint not null,
        owner_id bigint not null,
        display_name varchar not null,
        is_self boolean not null,
        is_anonymous boolean not null
    """,
    "merged_names": """
        old_participant_id bigint not null,
        name varchar not null,
        source varchar not null
    """,
    "merged_messages": """
        old_participant_id bigint not null,
        thread_id bigint not null,
        message_id bigint not null
    """,
    "thread_participants": """
        thread_id bigint not null,
        participant_id bigint not null
    """,
    # One entry of a thread: everything that the archive lists, whether a person typed it or not.
    "messages": """
        message_id bigint not null,             -- unique within its thread
        bucket bigint not null,                 -- of the thread
        thread_id bigint not null,
        participant_id bigint not null,
        sent_at_ms bigint not null,             -- the archive's own number, milliseconds since 1970 UTC
        sent_at timestamp,                      -- the same for people; null outside the years 1 to 9999
        ordinal bigint not null,                -- orders equal times; only its order means something
        kind varchar not null,                  -- unsent, system, call, text, share, media, empty
        body varchar,                           -- words, repaired; null when there are none
        share_url varchar,
        share_text varchar,                     -- what the shared thing says, not what the sender typed
        call_seconds bigint,                    -- 0 when nobody answered
        is_unsent boolean not null,
        is_taken_down boolean not null,
        first_import_id bigint not null,
        last_import_id bigint not null
    """,
    # A body that a later download replaced.
    "message_edits": """
        thread_id bigint not null,
        message_id bigint not null,
        body varchar,
        replaced_import_id bigint not null      -- the import that brought the newer body
    """,
    "attachments": """
        thread_id bigint not null,
        message_id bigint not null,
        attachment_no bigint not null,          -- from 1 within the message
        kind varchar not null,                  -- photo, video, audio, gif, file, sticker
        uri varchar not null,                   -- as the archive names it
        status varchar not null                 -- present, missing, remote, rejected
    """,
    "reactions": """
        thread_id bigint not null,
        message_id bigint not null,
        participant_id bigint not null,
        emoji varchar not null,
        reacted_at_ms bigint                    -- Instagram only, and not always
    """,
    # Whose voice the assistant speaks: one person, or several accounts of one.
    "personas": """
        persona_id bigint not null primary key,
        name varchar not null
    """,
    "persona_participants": """
        persona_id bigint not null,
        participant_id bigint not null
    """,
    # One version of one recipe; DESIGN.md section 5 says what each option does.
    "datasets": """
        dataset_id bigint not null primary key,
        name varchar not null,
        version_no bigint not null,             -- from 1; an edit makes the next one
        persona_id bigint not null,
        mode varchar not null,                  -- exchange, sliding
        system_prompt varchar,                  -- may hold {persona}, {title}, {date}
        system_prompt_tokens bigint not null,   -- of the prompt with {persona} filled in, the others empty
        gap_minutes bigint not null,            -- a longer pause begins a new conversation
        joiner varchar not null,                -- between the bodies of one turn
        tokenizer varchar not null,             -- o200k
        max_tokens bigint not null,             -- of one example
        max_turns bigint,                       -- of one example without its context; null: no limit
        context_exchanges bigint not null,      -- 0 to 2, before a chunk, not trained
        has_direct boolean not null,
        has_group boolean not null,
        has_speaker_names boolean not null,     -- in groups user messages begin 'Name: '
        has_placeholders boolean not null default false,  -- media of others join as [photo]
        since_ms bigint,                        -- included
        until_ms bigint,                        -- excluded
        min_assistant_chars bigint not null,    -- a shorter reply is not trained
        min_words bigint not null default 0,    -- an exchange of fewer words is left out
        language varchar,                       -- 'en' leaves out exchanges in others; null: all stay
        skip_links boolean not null default false,       -- exchanges of which one side is links only
        skip_stickers boolean not null default false,    -- exchanges whose prompt is stickers only
        skip_duplicates boolean not null default false,  -- of examples that say the same the first stays
        validation_permille bigint not null,    -- share of conversations kept for validation
        seed bigint not null,                   -- of the split
        chunk_size bigint not null,             -- turns of a window (sliding)
        chunk_overlap bigint not null,          -- turns that two windows share (sliding)
        created_at timestamp not null
    """,
    # Threads that a recipe names: with a 'no' row it is left out, with any 'yes' row all others are.
    "dataset_threads": """
        dataset_id bigint not null,
        thread_id bigint not null,
        is_included boolean not null
    """,
    "dataset_participants": """
        dataset_id bigint not null,
        participant_id bigint not null,
        is_included boolean not null
    """,
    # Texts counted once per tokenizer. A text that changes loses its row.
    "message_tokens": """
        bucket bigint not null,
        thread_id bigint not null,
        message_id bigint not null,
        tokenizer varchar not null,
        token_count bigint not null             -- of the body
    """,
    # The language of a text, where a dataset asks for it. A text that changes loses its row.
    "message_languages": """
        bucket bigint not null,
        thread_id bigint not null,
        message_id bigint not null,
        language varchar                        -- 'en' (ISO 639-1); null when nothing could tell
    """,
    # Examples of datasets with skip_duplicates that say what an earlier one says; found before each export.
    "dataset_duplicates": """
        dataset_id bigint not null,
        bucket bigint not null,
        thread_id bigint not null,
        example_no bigint not null,
        first_message_id bigint not null,
        content_hash varchar not null           -- md5 of the turns from the first trained exchange on
    """,
    "participant_tokens": """
        participant_id bigint not null,
        tokenizer varchar not null,
        token_count bigint not null             -- of the display name
    """,
    "thread_tokens": """
        bucket bigint not null,
        thread_id bigint not null,
        tokenizer varchar not null,
        token_count bigint not null             -- of the title
    """,
    # One file written: one split of one dataset.
    "exports": """
        export_id bigint not null primary key,  -- 1, 2, 3
        dataset_id bigint not null,
        format varchar not null,                -- openai, sharegpt
        split varchar,                          -- train, validation; null: both in one file
        path varchar not null,                  -- where it was written
        sha256 varchar not null,                -- of the file
        byte_count bigint not null,
        example_count bigint not null,
        token_count bigint not null,            -- estimate of the whole file
        recipe varchar not null,                -- the dataset's row as JSON text
        created_at timestamp not null,
        last_import_id bigint not null default 0         -- the newest import then; 0: there was none
    """,
    # A message on a line of an export.
    "export_messages": """
        export_id bigint not null,
        line_no bigint not null,                -- from 1
        thread_id bigint not null,
        message_id bigint not null,
        is_trained boolean not null
    """,
    # One fine-tuning run and its life.
    "jobs": """
        job_id bigint not null primary key,     -- 1, 2, 3
        run_key varchar not null,               -- hash of all that makes a run the same run; one row each
        export_id bigint not null,
        validation_export_id bigint,
        provider varchar not null,              -- openai
        base_url varchar not null,              -- 'https://api.openai.com/v1'
        model varchar not null,                 -- to start from: 'gpt-4.1-mini-2025-04-14'
        method varchar not null,                -- JSON text: {"n_epochs":"auto"}
        suffix varchar,
        seed bigint,
        upload_name varchar not null,           -- 'ann-0123456789abcdef.jsonl'
        upload_id varchar,                      -- the provider's own
        validation_upload_id varchar,
        provider_job_id varchar,
        state varchar not null,                 -- ours: built, uploading, uploaded, file_ready, submitting,
                                                -- polling, succeeded, failed, cancelled, blocked
        status varchar,                         -- the provider's own word
        version bigint not null,                -- counts the changes of this row, for compare-and-set
        attempt_count bigint not null,          -- calls made so far
        intent_at timestamp,                    -- when the creation was about to be sent
        next_poll_at timestamp,                 -- before then an unanswered creation is not repeated
        lease_owner varchar,                    -- the process that is creating it: laptop 4711
        lease_until timestamp,                  -- when its creation counts as over
        fine_tuned_model varchar,
        trained_token_count bigint,
        estimated_cost_usd double precision,    -- null where no price is known
        error_class varchar,                    -- our word for why: auth, quota, provider_closed, file, ...
        error_code varchar,
        error_message varchar,
        request_id varchar,                     -- the provider's id of the last call
        last_answer varchar,                    -- JSON text of the provider's last answer
        created_at timestamp not null,
        updated_at timestamp not null,
        finished_at timestamp
    """,
    "job_events": """
        job_id bigint not null,
        provider_event_id varchar not null,
        created_at timestamp not null,
        level varchar not null,                 -- info, warn, error
        kind varchar,                           -- message, metrics
        message varchar not null,
        data varchar                            -- JSON text
    """,
    "job_checkpoints": """
        job_id bigint not null,
        provider_checkpoint_id varchar not null,
        step bigint not null,
        model varchar not null,
        metrics varchar not null                -- JSON text: {"train_loss": 0.8}
    """,
    # How well a job had learned at one step, as far as the provider tells.
    "job_losses": """
        job_id bigint not null,
        step bigint not null,                   -- from 1
        train_loss double precision,            -- 0.8
        validation_loss double precision
    """,
    # One call to a provider.
    "job_attempts": """
        job_id bigint not null,
        attempt_no bigint not null,             -- from 1 within the job
        action varchar not null,                -- upload, create, retrieve, ...
        started_at timestamp not null,
        outcome varchar not null,               -- ok, refused, unknown
        http_status bigint,
        code varchar,                           -- the provider's word for an error
        request_id varchar
    """,
}


def upgrade() -> None:
    """Create the tables."""
    for name, columns in TABLES.items():
        op.execute(f"create table {name} ({columns})")
