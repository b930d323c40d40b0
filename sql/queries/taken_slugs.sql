-- Every slug that was ever given, each of which means one person for good.
-- Grain: owner_id, slug
select owner_id, slug from participant_slugs
