-- The people who wrote in the buckets that are read: a study has millions of people, those of some buckets are few.
create view participants as
select * from all_participants where participant_id in (select participant_id from messages)
