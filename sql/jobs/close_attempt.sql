-- Records how a call of a job ended: `ok`, or as the provider's refusal says.
-- Params: job_id, attempt_no, outcome, http_status, code, request_id
update job_attempts
set
    outcome = :outcome,
    http_status = :http_status,
    code = :code,
    request_id = :request_id
where
    job_id = :job_id
    and attempt_no = :attempt_no
