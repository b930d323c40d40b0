-- Jobs, oldest first.
-- Grain: job_id
-- Params: job_id, run_key: only that job; null for every one
-- Order: job_id
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
    jobs.fine_tuned_model,
    jobs.trained_token_count,
    jobs.error_class,
    jobs.error_code,
    jobs.error_message,
    jobs.request_id,
    jobs.last_answer,
    jobs.created_at,
    jobs.updated_at,
    jobs.finished_at
from jobs
where
    (cast(:job_id as bigint) is null or jobs.job_id = cast(:job_id as bigint))
    and (cast(:run_key as varchar) is null or jobs.run_key = cast(:run_key as varchar))
order by jobs.job_id
