-- What a chat is called and where it lies is as in the part after it was encrypted, and the chat counts as encrypted.
-- Params: thread_id, title, source, is_still_participant
update threads
set title = :title, source = :source, is_still_participant = :is_still_participant, section = 'e2ee_cutover'
where thread_id = :thread_id
