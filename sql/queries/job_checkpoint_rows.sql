-- Models that one job saved on the way, in the order of training.
-- Grain: provider_checkpoint_id
-- Params: job_id
-- Order: step, provider_checkpoint_id
select
    job_checkpoints.provider_checkpoint_id,
    job_checkpoints.step,
    job_checkpoints.model,
    job_checkpoints.metrics
from job_checkpoints
where job_checkpoints.job_id = :job_id
order by job_checkpoints.step, job_checkpoints.provider_checkpoint_id
