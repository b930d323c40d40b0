-- The templates of the short texts of one line that people or Messenger wrote. Of others' names three are cut out, the
-- longest first.
insert into message_templates (owner_id, bucket, thread_id, message_id, participant_id, kind, template)
with

texts as (
    select
        threads.owner_id,
        messages.bucket,
        messages.thread_id,
        messages.message_id,
        messages.participant_id,
        messages.kind,
        messages.body
    from messages
    inner join threads on threads.thread_id = messages.thread_id
    where messages.kind in ('text', 'system')
        and messages.body is not null
        and length(messages.body) <= 300
        and strpos(messages.body, chr(10)) = 0
),

chat_names as (
    select distinct
        thread_participants.thread_id,
        thread_participants.participant_id,
        participant_names.name
    from thread_participants
    inner join participant_names on participant_names.participant_id = thread_participants.participant_id
    where length(participant_names.name) > 1
),

-- The sender's name, the longest that fits, before a blank.
opened as (
    select
        texts.thread_id,
        texts.message_id,
        max(length(chat_names.name)) as name_length
    from texts
    inner join chat_names
        on chat_names.thread_id = texts.thread_id
        and chat_names.participant_id = texts.participant_id
    where substr(texts.body, 1, length(chat_names.name) + 1) = chat_names.name || ' '
    group by texts.thread_id, texts.message_id
),

begun as (
    select
        texts.*,
        case
            when opened.name_length is null then texts.body
            else '{sender}' || substr(texts.body, opened.name_length + 1)
        end as rest
    from texts
    left join opened on opened.thread_id = texts.thread_id and opened.message_id = texts.message_id
),

others as (
    select
        begun.thread_id,
        begun.message_id,
        chat_names.name,
        row_number() over (
            partition by begun.thread_id, begun.message_id
            order by length(chat_names.name) desc, chat_names.name
        ) as rank_no
    from begun
    inner join chat_names on chat_names.thread_id = begun.thread_id
    where strpos(begun.rest, chat_names.name) > 0
),

named as (
    select
        thread_id,
        message_id,
        max(case when rank_no = 1 then name end) as first_name,
        max(case when rank_no = 2 then name end) as second_name,
        max(case when rank_no = 3 then name end) as third_name
    from others
    group by thread_id, message_id
),

cut as (
    select
        begun.*,
        replace(
            replace(
                replace(begun.rest, coalesce(named.first_name, '{name}'), '{name}'),
                coalesce(named.second_name, '{name}'),
                '{name}'
            ),
            coalesce(named.third_name, '{name}'),
            '{name}'
        ) as template
    from begun
    left join named on named.thread_id = begun.thread_id and named.message_id = begun.message_id
)

select
    owner_id,
    bucket,
    thread_id,
    message_id,
    participant_id,
    kind,
    template
from cut
where template <> body
