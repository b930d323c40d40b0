-- The hash of every file that was exported.
-- Grain: sha256
select distinct exports.sha256 from exports
