-- The examples of a dataset in some buckets that train a message which an export did not train.
-- Grain: thread_id, example_no
-- Params: dataset_id, first_bucket (included), last_bucket (included), since_export_id
select distinct
    dataset_example_messages.thread_id,
    dataset_example_messages.example_no
from dataset_example_messages
left join export_messages
    on export_messages.export_id = :since_export_id
    and export_messages.thread_id = dataset_example_messages.thread_id
    and export_messages.message_id = dataset_example_messages.message_id
    and export_messages.is_trained
where dataset_example_messages.dataset_id = :dataset_id
    and dataset_example_messages.bucket between :first_bucket and :last_bucket
    and dataset_example_messages.is_trained
    and export_messages.message_id is null
