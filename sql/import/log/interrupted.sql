-- Imports of an owner that still say running when another one begins were killed.
-- Params: owner_id, is_alone (nobody else can be importing at the same time, of any owner)
update imports set status = 'interrupted' where status = 'running' and (owner_id = :owner_id or :is_alone)
