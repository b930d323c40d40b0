-- Every message of the store that a dataset may show, as the dataset sees it: the role of its sender, its words as a
-- line shows them, what they cost, and the filter that leaves it out (reason; null means kept). These are the text
-- messages and, with has_placeholders, the media of all but the persona.
-- With has_name_field the sender's name stands there twice, until it is known whether the turn has one speaker: in
-- speaker_slug, and before the words as speaker_prefix, which begins with chr(1), as no text does. speaker_tokens are
-- those of the longer of the two.
-- Grain: dataset_id, thread_id, message_id
-- Order: sent_at_ms, ordinal within a thread
create or replace view dataset_messages as
with

shown as (
    select
        datasets.dataset_id,
        text_messages.bucket,
        text_messages.thread_id,
        text_messages.message_id,
        text_messages.participant_id,
        text_messages.sent_at_ms,
        text_messages.ordinal,
        text_messages.body,
        0 as is_media,
        0 as is_sticker
    from datasets
    cross join text_messages
    union all
    select
        datasets.dataset_id,
        media_messages.bucket,
        media_messages.thread_id,
        media_messages.message_id,
        media_messages.participant_id,
        media_messages.sent_at_ms,
        media_messages.ordinal,
        media_messages.body,
        1 as is_media,
        media_messages.is_sticker
    from datasets
    cross join media_messages
    where datasets.has_placeholders
),

seen as (
    select
        shown.*,
        datasets.mode,
        datasets.since_ms,
        datasets.until_ms,
        datasets.min_words,
        dataset_participant_rules.role,
        dataset_participant_rules.reason as participant_reason,
        dataset_thread_rules.reason as thread_reason,
        dataset_thread_rules.capacity_tokens,
        dataset_thread_rules.system_turn_count,
        message_tokens.token_count as body_tokens,
        case
            when dataset_participant_rules.role = 'user' and dataset_thread_rules.has_name_field
                then dataset_participant_rules.slug
        end as speaker_slug,
        case
            when dataset_participant_rules.role = 'user' and dataset_thread_rules.has_name_field then chr(1)
            else ''
        end
        || case
            when dataset_participant_rules.role = 'user' and dataset_thread_rules.has_speaker_names
                then dataset_participant_rules.prefix
            else ''
        end as prefix,
        greatest(
            case
                when dataset_participant_rules.role = 'user' and dataset_thread_rules.has_speaker_names
                    then dataset_participant_rules.prefix_tokens
                else 0
            end,
            case
                when dataset_participant_rules.role = 'user' and dataset_thread_rules.has_name_field
                    then dataset_participant_rules.slug_tokens
                else 0
            end
        ) as speaker_tokens,
        case
            when message_languages.language = datasets.language then length(shown.body)
            when message_languages.language <> datasets.language then -length(shown.body)
            else 0
        end as language_chars,
        -- One blank before each word and none elsewhere; only where an option counts words, for it takes long. Runs of
        -- blanks become one through chr(1) and chr(2), which no text holds.
        case
            when is_media = 0 and (datasets.min_words > 0 or datasets.skip_links) then
                ' ' || lower(trim(both ' ' from replace(replace(replace(
                    translate(shown.body, chr(9) || chr(10) || chr(13), '   '),
                    ' ', chr(1) || chr(2)),
                    chr(2) || chr(1), ''),
                    chr(1) || chr(2), ' ')))
        end as spaced
    from shown
    join datasets
        on datasets.dataset_id = shown.dataset_id
    join dataset_thread_rules
        on dataset_thread_rules.dataset_id = shown.dataset_id
        and dataset_thread_rules.bucket = shown.bucket
        and dataset_thread_rules.thread_id = shown.thread_id
    join dataset_participant_rules
        on dataset_participant_rules.dataset_id = shown.dataset_id
        and dataset_participant_rules.participant_id = shown.participant_id
    left join message_tokens
        on message_tokens.bucket = shown.bucket
        and message_tokens.thread_id = shown.thread_id
        and message_tokens.message_id = shown.message_id
        and message_tokens.tokenizer = datasets.tokenizer
    left join message_languages
        on message_languages.bucket = shown.bucket
        and message_languages.thread_id = shown.thread_id
        and message_languages.message_id = shown.message_id
    where shown.is_media = 0
        or dataset_participant_rules.role = 'user'
),

counted as (
    -- Where words have no blanks between them: one blank for each Chinese or Japanese character, and for each four
    -- letters of Thai, Lao, Burmese and Khmer, whose words have about so many.
    select
        *,
        case
            when spaced <> ' ' and min_words > 0
                then regexp_replace(spaced, ' ?([㐀-鿿々〇ぁ-ヿｦ-ﾝ]|[ก-ໟက-႟ក-៩]{1,4})', ' ', 'g')
        end as word_blanks
    from seen
)

select
    dataset_id,
    mode,
    bucket,
    thread_id,
    message_id,
    participant_id,
    sent_at_ms,
    ordinal,
    role,
    prefix || body as content,
    speaker_slug,
    case when speaker_slug is not null then prefix end as speaker_prefix,
    speaker_tokens,
    -- 2 for the joiner. A body not counted yet is guessed high: a token for each UTF-8 byte, 4 to a character.
    coalesce(body_tokens, 4 * length(body)) + 2 + speaker_tokens as token_count,
    capacity_tokens,
    system_turn_count,
    is_sticker,
    language_chars,
    length(coalesce(word_blanks, '')) - length(replace(coalesce(word_blanks, ''), ' ', '')) as word_count,
    case
        when spaced is null or spaced = ' ' then 0
        -- A blank for each word; what vanishes with each beginning of a link, over its length.
        when length(spaced) - length(replace(spaced, ' ', ''))
            = (length(spaced) - length(replace(spaced, ' http://', ''))) / 8
            + (length(spaced) - length(replace(spaced, ' https://', ''))) / 9
            + (length(spaced) - length(replace(spaced, ' www.', ''))) / 5
            then 1
        else 0
    end as is_links_only,
    case
        when thread_reason is not null then thread_reason
        when sent_at_ms < since_ms then 'date_filter'
        when sent_at_ms >= until_ms then 'date_filter'
        else participant_reason
    end as reason
from counted
