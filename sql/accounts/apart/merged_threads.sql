-- Threads are remembered anew when the accounts become one again.
-- Params: old_id, new_id
delete from merged_threads where old_participant_id in (:old_id, :new_id)
