-- Who is the owner only as the person that an account was merged into is the owner no more.
-- Params: owner_id
update participants set is_self = false
where owner_id = :owner_id
    and participant_id in (
        select participant_id from merged_participants where is_self and not coalesce(is_kept_self, false)
    )
