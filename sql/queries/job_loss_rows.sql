-- The losses of one job, step by step.
-- Grain: step
-- Params: job_id
-- Order: step
select
    job_losses.step,
    job_losses.train_loss,
    job_losses.validation_loss
from job_losses
where job_losses.job_id = :job_id
order by job_losses.step
