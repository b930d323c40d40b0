-- Staged entries that the store holds already, with the message each is, and what that means for it:
-- same (nothing), replace (newer words), unsend (removed since), fill (words that the store lacked), remember (older
-- words, for the history), recognise (a sentence that nobody typed), keep (nothing that the store lacks).
-- Grain: staged_no
create temporary table matched_entries (
    staged_no bigint not null, thread_id bigint not null, message_id bigint not null, is_newer boolean not null,
    effect varchar not null
)
