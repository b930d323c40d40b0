-- Takes the first of the examples that say the same out of dataset_duplicates: the one that was said first. Later
-- messages never change which one that is.
-- Params: dataset_id
delete from dataset_duplicates
where dataset_id = :dataset_id
    and exists (
        select 1
        from (
            select
                listed.thread_id,
                listed.example_no,
                row_number() over (
                    partition by listed.content_hash
                    order by messages.sent_at_ms, listed.bucket, listed.thread_id, listed.example_no
                ) as place_no
            from dataset_duplicates as listed
            join messages
                on messages.bucket = listed.bucket
                and messages.thread_id = listed.thread_id
                and messages.message_id = listed.first_message_id
            where listed.dataset_id = :dataset_id
        ) as ranked
        where ranked.place_no = 1
            and ranked.thread_id = dataset_duplicates.thread_id
            and ranked.example_no = dataset_duplicates.example_no
    )
