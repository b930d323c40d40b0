-- Jobs, oldest first.
-- Grain: job_id
-- Params: job_id (null for every one), run_key (null for every one)
-- Order: job_id
with

open_creations as (
    select
        job_attempts.job_id,
        count(*) as open_creation_count
    from job_attempts
    where
        job_attempts.action = 'create'
        and job_attempts.outcome = 'unknown'
    group by job_attempts.job_id
),

-- A redirect that may stand for a job that was made; those that say that nothing was, are `refused`.
redirected_creations as (
    select
        job_attempts.job_id,
        job_attempts.attempt_no
    from job_attempts
    where
        job_attempts.action = 'create'
        and job_attempts.outcome = 'unknown'
        and job_attempts.http_status between 300 and 399
)

select
    jobs.job_id,
    jobs.run_key,
    jobs.export_id,
    jobs.validation_export_id,
    jobs.provider,
    jobs.base_url,
    jobs.model,
    jobs.method,
    jobs.suffix,
    jobs.seed,
    jobs.upload_name,
    jobs.upload_id,
    jobs.validation_upload_id,
    jobs.provider_job_id,
    jobs.state,
    jobs.status,
    jobs.version,
    jobs.attempt_count,
    jobs.intent_at,
    jobs.next_poll_at,
    jobs.lease_owner,
    jobs.lease_until,
    jobs.fine_tuned_model,
    jobs.trained_token_count,
    jobs.estimated_cost_usd,
    jobs.error_class,
    jobs.error_code,
    jobs.error_message,
    jobs.request_id,
    jobs.last_answer,
    jobs.created_at,
    jobs.updated_at,
    jobs.finished_at,
    coalesce(open_creations.open_creation_count, 0) as open_creation_count,
    redirected_creations.job_id is not null as has_redirected_creation
from jobs
left join open_creations on open_creations.job_id = jobs.job_id
left join redirected_creations
    on redirected_creations.job_id = jobs.job_id
    and redirected_creations.attempt_no = jobs.attempt_count
where
    (cast(:job_id as bigint) is null or jobs.job_id = cast(:job_id as bigint))
    and (cast(:run_key as varchar) is null or jobs.run_key = cast(:run_key as varchar))
order by jobs.job_id
