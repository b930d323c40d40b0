-- Changes one job, if it still is as it was last read; every column that ever changes is written.
-- Params: job_id, its_state, its_version (as last read), state, status, version, attempt_count, updated_at, finished_at, upload_id, validation_upload_id, provider_job_id, intent_at, next_poll_at, lease_owner, lease_until, fine_tuned_model, trained_token_count, error_class, error_code, error_message, request_id, last_answer
update jobs
set
    state = :state,
    status = :status,
    version = :version,
    attempt_count = :attempt_count,
    updated_at = :updated_at,
    finished_at = :finished_at,
    upload_id = :upload_id,
    validation_upload_id = :validation_upload_id,
    provider_job_id = :provider_job_id,
    intent_at = :intent_at,
    next_poll_at = :next_poll_at,
    lease_owner = :lease_owner,
    lease_until = :lease_until,
    fine_tuned_model = :fine_tuned_model,
    trained_token_count = :trained_token_count,
    error_class = :error_class,
    error_code = :error_code,
    error_message = :error_message,
    request_id = :request_id,
    last_answer = :last_answer
where
    job_id = :job_id
    and state = :its_state
    and version = :its_version
