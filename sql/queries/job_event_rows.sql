-- What a provider logged about one job, oldest first.
-- Grain: provider_event_id
-- Params: job_id
-- Order: created_at, provider_event_id
select
    job_events.provider_event_id,
    job_events.created_at,
    job_events.level,
    job_events.kind,
    job_events.message,
    job_events.data
from job_events
where job_events.job_id = :job_id
order by job_events.created_at, job_events.provider_event_id
