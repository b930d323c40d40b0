-- Which models have seen words of which person: in the training file, or (role is validation) in the other one.
-- fine_tuned_model is null until a job has succeeded.
-- Grain: participant_id, job_id, role
create or replace view person_models as
select
    person_exports.participant_id,
    person_exports.display_name,
    jobs.job_id,
    'training' as role,
    jobs.provider,
    jobs.model,
    jobs.fine_tuned_model,
    jobs.state,
    person_exports.export_id,
    person_exports.message_count,
    person_exports.trained_count
from jobs
join person_exports
    on person_exports.export_id = jobs.export_id
union all
select
    person_exports.participant_id,
    person_exports.display_name,
    jobs.job_id,
    'validation' as role,
    jobs.provider,
    jobs.model,
    jobs.fine_tuned_model,
    jobs.state,
    person_exports.export_id,
    person_exports.message_count,
    0 as trained_count
from jobs
join person_exports
    on person_exports.export_id = jobs.validation_export_id
