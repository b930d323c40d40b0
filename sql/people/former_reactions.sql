-- Reactions that two people gave alike, who are one: the other's count.
-- Params: old_id
delete from reactions where participant_id = :old_id
