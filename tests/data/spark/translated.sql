-- media_messages
WITH kinds AS (
  SELECT
    messages.message_id,
    messages.bucket,
    messages.thread_id,
    messages.participant_id,
    messages.sent_at_ms,
    messages.ordinal,
    COALESCE(attachments.kind, 'location') AS attachment_kind,
    MIN(COALESCE(attachments.attachment_no, 1)) AS first_attachment_no
  FROM messages
  LEFT JOIN attachments
    ON attachments.thread_id = messages.thread_id
    AND attachments.message_id = messages.message_id
  WHERE
    messages.kind = 'media'
  GROUP BY
    messages.bucket,
    messages.thread_id,
    messages.message_id,
    messages.participant_id,
    messages.sent_at_ms,
    messages.ordinal,
    COALESCE(attachments.kind, 'location')
)
SELECT
  message_id,
  bucket,
  thread_id,
  participant_id,
  sent_at_ms,
  ordinal,
  LISTAGG('[' || attachment_kind || ']', ' ') WITHIN GROUP (ORDER BY
    first_attachment_no NULLS LAST) AS body,
  MIN(CASE WHEN attachment_kind = 'sticker' THEN 1 ELSE 0 END) AS is_sticker
FROM kinds
GROUP BY
  bucket,
  thread_id,
  message_id,
  participant_id,
  sent_at_ms,
  ordinal;

-- text_messages
SELECT
  message_id,
  bucket,
  thread_id,
  participant_id,
  sent_at_ms,
  ordinal,
  body
FROM messages
WHERE
  kind = 'text';

-- numbers
WITH digits AS (
  SELECT
    0 AS digit
  UNION ALL
  SELECT
    1
  UNION ALL
  SELECT
    2
  UNION ALL
  SELECT
    3
  UNION ALL
  SELECT
    4
  UNION ALL
  SELECT
    5
  UNION ALL
  SELECT
    6
  UNION ALL
  SELECT
    7
  UNION ALL
  SELECT
    8
  UNION ALL
  SELECT
    9
)
SELECT
  CAST(hundreds.digit * 100 + tens.digit * 10 + ones.digit AS BIGINT) AS number
FROM digits AS ones
CROSS JOIN digits AS tens
CROSS JOIN digits AS hundreds;

-- dataset_thread_rules
WITH listed AS (
  SELECT
    dataset_id,
    thread_id,
    BOOL_AND(is_included) AS is_included
  FROM dataset_threads
  GROUP BY
    dataset_id,
    thread_id
), choosy AS (
  SELECT DISTINCT
    dataset_id
  FROM dataset_threads
  WHERE
    is_included
), prompted AS (
  SELECT
    datasets.dataset_id,
    threads.bucket,
    threads.thread_id,
    datasets.max_tokens,
    datasets.system_prompt_tokens,
    datasets.mode = 'exchange'
    AND datasets.has_speaker_names
    AND threads.kind = 'group' AS has_speaker_names,
    datasets.mode = 'exchange' AND datasets.has_name_field AND threads.kind = 'group' AS has_name_field,
    REPLACE(
      REPLACE(datasets.system_prompt, '{persona}', REPLACE(personas.name, '{', CHR(  1))),
      '{title}',
      REPLACE(threads.title, '{', CHR(  1))
    ) AS system_prompt,
    COALESCE(thread_tokens.token_count, 4 * LENGTH(threads.title)) AS title_tokens,
    CAST((
      LENGTH(datasets.system_prompt) - LENGTH(REPLACE(datasets.system_prompt, '{title}', ''))
    ) / 7 AS BIGINT) AS title_count,
    CAST((
      LENGTH(datasets.system_prompt) - LENGTH(REPLACE(datasets.system_prompt, '{date}', ''))
    ) / 6 AS BIGINT) AS date_count,
    CASE
      WHEN threads.kind = 'self'
      THEN 'thread_kind'
      WHEN threads.kind = 'direct' AND NOT datasets.has_direct
      THEN 'thread_kind'
      WHEN threads.kind = 'group' AND NOT datasets.has_group
      THEN 'thread_kind'
      WHEN NOT listed.is_included
      THEN 'thread_filter'
      WHEN listed.is_included IS NULL AND NOT choosy.dataset_id IS NULL
      THEN 'thread_filter'
    END AS reason
  FROM datasets
  CROSS JOIN threads
  JOIN personas
    ON personas.persona_id = datasets.persona_id
  LEFT JOIN thread_tokens
    ON thread_tokens.bucket = threads.bucket
    AND thread_tokens.thread_id = threads.thread_id
    AND thread_tokens.tokenizer = datasets.tokenizer
  LEFT JOIN listed
    ON listed.dataset_id = datasets.dataset_id AND listed.thread_id = threads.thread_id
  LEFT JOIN choosy
    ON choosy.dataset_id = datasets.dataset_id
), priced AS (
  SELECT
    *,
    CASE
      WHEN system_prompt <> ''
      THEN system_prompt_tokens + 4 + title_count * (
        title_tokens + 2
      ) + date_count * 12
      ELSE 0
    END AS system_tokens
  FROM prompted
)
SELECT
  dataset_id,
  bucket,
  thread_id,
  has_speaker_names,
  has_name_field,
  CASE WHEN system_prompt <> '' THEN system_prompt END AS system_prompt,
  CASE WHEN system_prompt <> '' THEN 1 ELSE 0 END AS system_turn_count,
  system_tokens,
  max_tokens - 3 - system_tokens AS capacity_tokens,
  reason
FROM priced;

-- dataset_participant_rules
WITH listed AS (
  SELECT
    dataset_id,
    participant_id,
    BOOL_AND(is_included) AS is_included
  FROM dataset_participants
  GROUP BY
    dataset_id,
    participant_id
), choosy AS (
  SELECT DISTINCT
    dataset_id
  FROM dataset_participants
  WHERE
    is_included
), cast_of_persona AS (
  SELECT DISTINCT
    persona_id,
    participant_id
  FROM persona_participants
)
SELECT
  datasets.dataset_id,
  participants.participant_id,
  CASE WHEN cast_of_persona.participant_id IS NULL THEN 'user' ELSE 'assistant' END AS role,
  CASE
    WHEN participants.display_name = ''
    THEN 'Unknown'
    ELSE participants.display_name
  END || ': ' AS prefix,
  CASE
    WHEN participants.display_name = ''
    THEN 7
    ELSE COALESCE(participant_tokens.token_count, 4 * LENGTH(participants.display_name))
  END + 2 AS prefix_tokens,
  COALESCE(participant_slugs.slug, 'person_' || CAST(participants.participant_id AS STRING)) AS slug,
  COALESCE(slug_tokens.token_count, LENGTH(participant_slugs.slug), 26) + 1 AS slug_tokens,
  CASE
    WHEN NOT cast_of_persona.participant_id IS NULL
    THEN NULL
    WHEN NOT listed.is_included
    THEN 'person_filter'
    WHEN listed.is_included IS NULL AND NOT choosy.dataset_id IS NULL
    THEN 'person_filter'
  END AS reason
FROM datasets
CROSS JOIN participants
LEFT JOIN cast_of_persona
  ON cast_of_persona.persona_id = datasets.persona_id
  AND cast_of_persona.participant_id = participants.participant_id
LEFT JOIN participant_tokens
  ON participant_tokens.participant_id = participants.participant_id
  AND participant_tokens.tokenizer = datasets.tokenizer
LEFT JOIN participant_slugs
  ON participant_slugs.participant_id = participants.participant_id
  AND participant_slugs.made_from = participants.display_name
  AND participant_slugs.is_current
LEFT JOIN slug_tokens
  ON slug_tokens.slug = participant_slugs.slug
  AND slug_tokens.tokenizer = datasets.tokenizer
LEFT JOIN listed
  ON listed.dataset_id = datasets.dataset_id
  AND listed.participant_id = participants.participant_id
LEFT JOIN choosy
  ON choosy.dataset_id = datasets.dataset_id;

-- dataset_messages
WITH shown AS (
  SELECT
    datasets.dataset_id,
    text_messages.bucket,
    text_messages.thread_id,
    text_messages.message_id,
    text_messages.participant_id,
    text_messages.sent_at_ms,
    text_messages.ordinal,
    text_messages.body,
    0 AS is_media,
    0 AS is_sticker
  FROM datasets
  CROSS JOIN text_messages
  UNION ALL
  SELECT
    datasets.dataset_id,
    media_messages.bucket,
    media_messages.thread_id,
    media_messages.message_id,
    media_messages.participant_id,
    media_messages.sent_at_ms,
    media_messages.ordinal,
    media_messages.body,
    1 AS is_media,
    media_messages.is_sticker
  FROM datasets
  CROSS JOIN media_messages
  WHERE
    datasets.has_placeholders
), seen AS (
  SELECT
    shown.*,
    datasets.mode,
    datasets.since_ms,
    datasets.until_ms,
    datasets.min_words,
    dataset_participant_rules.role,
    dataset_participant_rules.reason AS participant_reason,
    dataset_thread_rules.reason AS thread_reason,
    dataset_thread_rules.capacity_tokens,
    dataset_thread_rules.system_turn_count,
    message_tokens.token_count AS body_tokens,
    CASE
      WHEN dataset_participant_rules.role = 'user' AND dataset_thread_rules.has_name_field
      THEN dataset_participant_rules.slug
    END AS speaker_slug,
    CASE
      WHEN dataset_participant_rules.role = 'user' AND dataset_thread_rules.has_name_field
      THEN CHR(  1)
      ELSE ''
    END || CASE
      WHEN dataset_participant_rules.role = 'user'
      AND dataset_thread_rules.has_speaker_names
      THEN dataset_participant_rules.prefix
      ELSE ''
    END AS prefix,
    GREATEST(
      CASE
        WHEN dataset_participant_rules.role = 'user'
        AND dataset_thread_rules.has_speaker_names
        THEN dataset_participant_rules.prefix_tokens
        ELSE 0
      END,
      CASE
        WHEN dataset_participant_rules.role = 'user' AND dataset_thread_rules.has_name_field
        THEN dataset_participant_rules.slug_tokens
        ELSE 0
      END
    ) AS speaker_tokens,
    CASE
      WHEN message_languages.language = datasets.language
      THEN LENGTH(shown.body)
      WHEN message_languages.language <> datasets.language
      THEN -LENGTH(shown.body)
      ELSE 0
    END AS language_chars,
    CASE
      WHEN is_media = 0 AND (
        datasets.min_words > 0 OR datasets.skip_links
      )
      THEN ' ' || LOWER(
        TRIM(BOTH ' ' FROM REPLACE(
          REPLACE(
            REPLACE(
              TRANSLATE(shown.body, CHR(  9) || CHR(  10) || CHR(  13), '   '),
              ' ',
              CHR(  1) || CHR(  2)
            ),
            CHR(  2) || CHR(  1),
            ''
          ),
          CHR(  1) || CHR(  2),
          ' '
        ))
      )
    END AS spaced
  FROM shown
  JOIN datasets
    ON datasets.dataset_id = shown.dataset_id
  JOIN dataset_thread_rules
    ON dataset_thread_rules.dataset_id = shown.dataset_id
    AND dataset_thread_rules.bucket = shown.bucket
    AND dataset_thread_rules.thread_id = shown.thread_id
  JOIN dataset_participant_rules
    ON dataset_participant_rules.dataset_id = shown.dataset_id
    AND dataset_participant_rules.participant_id = shown.participant_id
  LEFT JOIN message_tokens
    ON message_tokens.bucket = shown.bucket
    AND message_tokens.thread_id = shown.thread_id
    AND message_tokens.message_id = shown.message_id
    AND message_tokens.tokenizer = datasets.tokenizer
  LEFT JOIN message_languages
    ON message_languages.bucket = shown.bucket
    AND message_languages.thread_id = shown.thread_id
    AND message_languages.message_id = shown.message_id
  WHERE
    shown.is_media = 0 OR dataset_participant_rules.role = 'user'
), counted AS (
  SELECT
    *,
    CASE
      WHEN spaced <> ' ' AND min_words > 0
      THEN REGEXP_REPLACE(spaced, ' ?([㐀-鿿々〇ぁ-ヿｦ-ﾝ]|[ก-ໟက-႟ក-៩]{1,4})', ' ')
    END AS word_blanks
  FROM seen
)
SELECT
  dataset_id,
  mode,
  bucket,
  thread_id,
  message_id,
  participant_id,
  sent_at_ms,
  ordinal,
  role,
  prefix || body AS content,
  speaker_slug,
  CASE WHEN NOT speaker_slug IS NULL THEN prefix END AS speaker_prefix,
  speaker_tokens,
  COALESCE(body_tokens, 4 * LENGTH(body)) + 2 + speaker_tokens AS token_count,
  capacity_tokens,
  system_turn_count,
  is_sticker,
  language_chars,
  LENGTH(COALESCE(word_blanks, '')) - LENGTH(REPLACE(COALESCE(word_blanks, ''), ' ', '')) AS word_count,
  CASE
    WHEN spaced IS NULL OR spaced = ' '
    THEN 0
    WHEN LENGTH(spaced) - LENGTH(REPLACE(spaced, ' ', '')) = (
      LENGTH(spaced) - LENGTH(REPLACE(spaced, ' http://', ''))
    ) / 8 + (
      LENGTH(spaced) - LENGTH(REPLACE(spaced, ' https://', ''))
    ) / 9 + (
      LENGTH(spaced) - LENGTH(REPLACE(spaced, ' www.', ''))
    ) / 5
    THEN 1
    ELSE 0
  END AS is_links_only,
  CASE
    WHEN NOT thread_reason IS NULL
    THEN thread_reason
    WHEN sent_at_ms < since_ms
    THEN 'date_filter'
    WHEN sent_at_ms >= until_ms
    THEN 'date_filter'
    ELSE participant_reason
  END AS reason
FROM counted;

-- dataset_shifts
SELECT
  datasets.dataset_id,
  numbers.number AS shift,
  datasets.chunk_size,
  datasets.chunk_size - datasets.chunk_overlap AS step
FROM datasets
JOIN numbers
  ON numbers.number * (
    datasets.chunk_size - datasets.chunk_overlap
  ) < datasets.chunk_size
WHERE
  datasets.mode = 'sliding';

-- dataset_kept_messages
WITH neighbours AS (
  SELECT
    *,
    LAG(sent_at_ms) OVER (
      PARTITION BY dataset_id, mode, bucket, thread_id
      ORDER BY sent_at_ms NULLS LAST, ordinal NULLS LAST
    ) AS previous_sent_at_ms,
    LAG(role) OVER (
      PARTITION BY dataset_id, mode, bucket, thread_id
      ORDER BY sent_at_ms NULLS LAST, ordinal NULLS LAST
    ) AS previous_role,
    LAG(participant_id) OVER (
      PARTITION BY dataset_id, mode, bucket, thread_id
      ORDER BY sent_at_ms NULLS LAST, ordinal NULLS LAST
    ) AS previous_participant_id
  FROM dataset_messages
  WHERE
    reason IS NULL
), conversation_starts AS (
  SELECT
    neighbours.*,
    datasets.seed,
    datasets.validation_permille,
    CASE
      WHEN previous_sent_at_ms IS NULL
      THEN 1
      WHEN neighbours.mode = 'exchange'
      AND sent_at_ms - previous_sent_at_ms > datasets.gap_minutes * 60000
      THEN 1
      ELSE 0
    END AS is_conversation_start
  FROM neighbours
  JOIN datasets
    ON datasets.dataset_id = neighbours.dataset_id
), starts AS (
  SELECT
    *,
    CASE
      WHEN is_conversation_start = 1
      THEN 1
      WHEN mode = 'exchange' AND role <> previous_role
      THEN 1
      WHEN mode = 'sliding' AND participant_id <> previous_participant_id
      THEN 1
      ELSE 0
    END AS is_turn_start,
    CASE
      WHEN is_conversation_start = 1
      THEN 1
      WHEN role = 'user' AND previous_role = 'assistant'
      THEN 1
      ELSE 0
    END AS is_exchange_start
  FROM conversation_starts
), numbered AS (
  SELECT
    *,
    CAST(SUM(is_conversation_start) OVER (
      PARTITION BY dataset_id, mode, bucket, thread_id
      ORDER BY sent_at_ms NULLS LAST, ordinal NULLS LAST
    ) AS BIGINT) AS conversation_no,
    CAST(SUM(is_turn_start) OVER (
      PARTITION BY dataset_id, mode, bucket, thread_id
      ORDER BY sent_at_ms NULLS LAST, ordinal NULLS LAST
    ) AS BIGINT) AS turn_no,
    CAST(SUM(is_exchange_start) OVER (
      PARTITION BY dataset_id, mode, bucket, thread_id
      ORDER BY sent_at_ms NULLS LAST, ordinal NULLS LAST
    ) AS BIGINT) AS exchange_no,
    MAX(CASE WHEN is_conversation_start = 1 THEN sent_at_ms END) OVER (
      PARTITION BY dataset_id, mode, bucket, thread_id
      ORDER BY sent_at_ms NULLS LAST, ordinal NULLS LAST
    ) AS conversation_began_at_ms
  FROM starts
), dated AS (
  SELECT
    *,
    CAST('1970-01-01' AS DATE) + CAST(FLOOR(
      LEAST(GREATEST(conversation_began_at_ms, -62135596800000), 253402300799999) * 1.0 / 86400000
    ) AS INT) AS began_on_date
  FROM numbered
), spelled AS (
  SELECT
    *,
    LPAD(CAST(EXTRACT(YEAR FROM began_on_date) AS STRING), 4, '0') || '-' || LPAD(CAST(EXTRACT(MONTH FROM began_on_date) AS STRING), 2, '0') || '-' || LPAD(CAST(EXTRACT(DAY FROM began_on_date) AS STRING), 2, '0') AS began_on
  FROM dated
), drawn AS (
  SELECT
    *,
    MD5(
      CAST(seed AS STRING) || ':' || CAST(thread_id AS STRING) || CASE WHEN mode = 'exchange' THEN ':' || began_on ELSE '' END
    ) AS lot
  FROM spelled
)
SELECT
  dataset_id,
  mode,
  bucket,
  thread_id,
  message_id,
  participant_id,
  sent_at_ms,
  ordinal,
  role,
  content,
  speaker_slug,
  speaker_prefix,
  speaker_tokens,
  token_count,
  capacity_tokens,
  system_turn_count,
  is_sticker,
  language_chars,
  word_count,
  is_links_only,
  conversation_no,
  turn_no,
  exchange_no,
  began_on,
  CASE
    WHEN (
      (
        LOCATE(SUBSTRING(lot, 1, 1), '0123456789abcdef') - 1
      ) * 4096 + (
        LOCATE(SUBSTRING(lot, 2, 1), '0123456789abcdef') - 1
      ) * 256 + (
        LOCATE(SUBSTRING(lot, 3, 1), '0123456789abcdef') - 1
      ) * 16 + (
        LOCATE(SUBSTRING(lot, 4, 1), '0123456789abcdef') - 1
      )
    ) * 1000 < validation_permille * 65536
    THEN 'validation'
    ELSE 'train'
  END AS split
FROM drawn;

-- dataset_sliding_messages
WITH kept AS (
  SELECT
    dataset_kept_messages.*,
    datasets.chunk_size,
    datasets.chunk_size - datasets.chunk_overlap AS step,
    TRIM(BOTH CHR(  9) || CHR(  10) || CHR(  13) || ' ' FROM content) AS stripped
  FROM dataset_kept_messages
  JOIN datasets
    ON datasets.dataset_id = dataset_kept_messages.dataset_id
  WHERE
    dataset_kept_messages.mode = 'sliding'
), placed AS (
  SELECT
    *,
    ROW_NUMBER() OVER (
      PARTITION BY dataset_id, mode, bucket, thread_id, turn_no
      ORDER BY sent_at_ms NULLS LAST, ordinal NULLS LAST
    ) AS place_no,
    COUNT(*) OVER (PARTITION BY dataset_id, mode, bucket, thread_id, turn_no) AS place_count,
    LEAD(stripped) OVER (
      PARTITION BY dataset_id, mode, bucket, thread_id, turn_no
      ORDER BY sent_at_ms NULLS LAST, ordinal NULLS LAST
    ) AS next_stripped,
    MAX(turn_no) OVER (PARTITION BY dataset_id, mode, bucket, thread_id) AS turn_count,
    MAX(CASE WHEN role = 'assistant' THEN 1 ELSE 0 END) OVER (PARTITION BY dataset_id, mode, bucket, thread_id) AS has_assistant
  FROM kept
), counted AS (
  SELECT
    *,
    CASE
      WHEN has_assistant = 0 OR turn_count < chunk_size
      THEN 0
      ELSE CAST(FLOOR((
        turn_count - chunk_size
      ) * 1.0 / step) AS BIGINT) + 1
    END AS window_count
  FROM placed
), windowed AS (
  SELECT
    *,
    GREATEST(CAST(CEIL((
      turn_no - chunk_size
    ) * 1.0 / step) AS BIGINT) + 1, 1) AS first_example_no,
    LEAST(CAST(FLOOR((
      turn_no - 1
    ) * 1.0 / step) AS BIGINT) + 1, window_count) AS last_example_no
  FROM counted
)
SELECT
  dataset_id,
  bucket,
  thread_id,
  message_id,
  sent_at_ms,
  ordinal,
  role,
  token_count,
  system_turn_count,
  turn_no,
  place_no,
  place_count,
  began_on,
  split,
  CASE
    WHEN place_count = 1
    THEN content
    WHEN place_no = 1 AND next_stripped <> ''
    THEN content
    WHEN stripped = ''
    THEN ''
    WHEN place_no = 1
    THEN TRIM(TRAILING CHR(  9) || CHR(  10) || CHR(  13) || ' ' FROM content)
    ELSE CHR(  10) || CHR(  10) || TRIM(TRAILING CHR(  9) || CHR(  10) || CHR(  13) || ' ' FROM content)
  END AS piece,
  first_example_no,
  last_example_no,
  CASE
    WHEN has_assistant = 0
    THEN 'no_reply'
    WHEN turn_count < chunk_size
    THEN 'thread_too_short'
    WHEN last_example_no < first_example_no
    THEN 'tail'
  END AS reason
FROM windowed;

-- dataset_sliding_turns
SELECT
  dataset_id,
  bucket,
  thread_id,
  turn_no,
  MIN(role) AS role,
  CASE
    WHEN COUNT(*) = 1
    THEN MIN(piece)
    ELSE TRIM(LEADING CHR(  9) || CHR(  10) || CHR(  13) || ' ' FROM LISTAGG(piece, '') WITHIN GROUP (ORDER BY
      sent_at_ms NULLS LAST,
      ordinal NULLS LAST))
  END AS content,
  CAST(SUM(token_count) AS BIGINT) + 4 AS token_count,
  COUNT(*) AS message_count,
  MIN(sent_at_ms) AS started_at_ms,
  MAX(sent_at_ms) AS ended_at_ms,
  LISTAGG(' ' || CAST(message_id AS STRING), '') WITHIN GROUP (ORDER BY
    sent_at_ms NULLS LAST,
    ordinal NULLS LAST) AS message_ids,
  MAX(CASE WHEN place_no = 1 THEN message_id END) AS first_message_id,
  MAX(CASE WHEN place_no = place_count THEN message_id END) AS last_message_id,
  MIN(system_turn_count) AS system_turn_count,
  MIN(began_on) AS began_on,
  MIN(split) AS split,
  MIN(first_example_no) AS first_example_no,
  MIN(last_example_no) AS last_example_no
FROM dataset_sliding_messages
GROUP BY
  dataset_id,
  bucket,
  thread_id,
  turn_no;

-- dataset_sized_messages
WITH summed AS (
  SELECT
    *,
    CAST(SUM(CASE WHEN role = 'assistant' THEN token_count ELSE 0 END) OVER (PARTITION BY dataset_id, mode, bucket, thread_id, exchange_no) AS BIGINT) AS reply_tokens,
    CAST(SUM(CASE WHEN role = 'user' THEN token_count ELSE 0 END) OVER (
      PARTITION BY dataset_id, mode, bucket, thread_id, exchange_no
      ORDER BY sent_at_ms DESC, ordinal DESC
    ) AS BIGINT) AS prompt_tokens,
    LEAD(token_count) OVER (
      PARTITION BY dataset_id, mode, bucket, thread_id, exchange_no
      ORDER BY sent_at_ms DESC, ordinal DESC
    ) AS earlier_tokens,
    LAG(message_id) OVER (
      PARTITION BY dataset_id, mode, bucket, thread_id, exchange_no
      ORDER BY sent_at_ms DESC, ordinal DESC
    ) AS later_message_id
  FROM dataset_kept_messages
  WHERE
    mode = 'exchange'
)
SELECT
  dataset_id,
  bucket,
  thread_id,
  message_id,
  sent_at_ms,
  ordinal,
  role,
  content,
  speaker_slug,
  speaker_prefix,
  speaker_tokens,
  token_count,
  capacity_tokens,
  system_turn_count,
  is_sticker,
  language_chars,
  word_count,
  is_links_only,
  conversation_no,
  exchange_no,
  began_on,
  split,
  CASE
    WHEN role = 'user' AND prompt_tokens + 4 + reply_tokens + 4 > capacity_tokens
    THEN 0
    ELSE 1
  END AS is_fitting,
  CASE
    WHEN role = 'assistant' OR prompt_tokens + 4 + reply_tokens + 4 > capacity_tokens
    THEN 0
    WHEN earlier_tokens IS NULL
    THEN 1
    WHEN earlier_tokens + prompt_tokens + 4 + reply_tokens + 4 > capacity_tokens
    THEN 1
    ELSE 0
  END AS is_first,
  CASE WHEN later_message_id IS NULL THEN 1 ELSE 0 END AS is_last
FROM summed;

-- dataset_exchanges
WITH gathered AS (
  SELECT
    dataset_sized_messages.dataset_id,
    dataset_sized_messages.bucket,
    dataset_sized_messages.thread_id,
    dataset_sized_messages.exchange_no,
    MIN(conversation_no) AS conversation_no,
    MIN(began_on) AS began_on,
    MIN(split) AS split,
    MIN(capacity_tokens) AS capacity_tokens,
    MIN(system_turn_count) AS system_turn_count,
    CAST(MIN(LENGTH(datasets.joiner)) AS INT) AS joiner_chars,
    MIN(datasets.min_words) AS min_words,
    MAX(CASE WHEN datasets.skip_links THEN 1 ELSE 0 END) AS skips_links,
    MAX(CASE WHEN datasets.skip_stickers THEN 1 ELSE 0 END) AS skips_stickers,
    SUM(CASE WHEN role = 'user' THEN 1 ELSE 0 END) AS prompt_message_count,
    SUM(CASE WHEN role = 'user' THEN is_fitting ELSE 0 END) AS fitting_message_count,
    SUM(CASE WHEN role = 'assistant' THEN 1 ELSE 0 END) AS reply_message_count,
    SUM(CASE WHEN role = 'assistant' THEN LENGTH(content) ELSE 0 END) AS reply_chars,
    MIN(CASE WHEN is_fitting = 1 THEN speaker_slug END) AS first_slug,
    MAX(CASE WHEN is_fitting = 1 THEN speaker_slug END) AS last_slug,
    MIN(CASE WHEN is_fitting = 1 THEN speaker_prefix END) AS speaker_prefix,
    MAX(CASE WHEN role = 'user' AND is_fitting = 1 THEN speaker_tokens END) AS speaker_tokens,
    CAST(SUM(CASE WHEN role = 'user' THEN token_count * is_fitting ELSE 0 END) AS BIGINT) + 4 AS prompt_tokens,
    CAST(SUM(CASE WHEN role = 'assistant' THEN token_count ELSE 0 END) AS BIGINT) + 4 AS reply_tokens,
    LISTAGG(CASE WHEN is_fitting = 1 THEN datasets.joiner || content END, '') WITHIN GROUP (ORDER BY
      sent_at_ms NULLS LAST,
      ordinal NULLS LAST) AS joined,
    LISTAGG(CASE WHEN is_fitting = 1 THEN ' ' || CAST(message_id AS STRING) END, '') WITHIN GROUP (ORDER BY
      sent_at_ms NULLS LAST,
      ordinal NULLS LAST) AS message_ids,
    CAST(SUM(
      CASE
        WHEN role = 'user' AND is_fitting = 1
        THEN LENGTH(datasets.joiner) + LENGTH(content)
        ELSE 0
      END
    ) AS INT) AS prompt_chars,
    CAST(SUM(
      CASE
        WHEN role = 'user' AND is_fitting = 1
        THEN 1 + LENGTH(CAST(message_id AS STRING))
        ELSE 0
      END
    ) AS INT) AS prompt_id_chars,
    SUM(word_count * is_fitting) AS word_count,
    MIN(CASE WHEN role = 'user' AND is_fitting = 1 THEN is_sticker END) AS is_sticker_prompt,
    MIN(CASE WHEN role = 'user' AND is_fitting = 1 THEN is_links_only END) AS is_links_only_prompt,
    MIN(CASE WHEN role = 'assistant' THEN is_links_only END) AS is_links_only_reply,
    SUM(CASE WHEN role = 'user' THEN language_chars * is_fitting ELSE 0 END) AS prompt_language_chars,
    SUM(CASE WHEN role = 'assistant' THEN language_chars ELSE 0 END) AS reply_language_chars,
    MAX(CASE WHEN is_first = 1 THEN message_id END) AS first_message_id,
    MAX(CASE WHEN is_last = 1 THEN message_id END) AS last_message_id
  FROM dataset_sized_messages
  JOIN datasets
    ON datasets.dataset_id = dataset_sized_messages.dataset_id
  GROUP BY
    dataset_sized_messages.dataset_id,
    dataset_sized_messages.bucket,
    dataset_sized_messages.thread_id,
    dataset_sized_messages.exchange_no
), named AS (
  SELECT
    *,
    CASE WHEN first_slug = last_slug THEN first_slug END AS prompt_slug,
    CASE WHEN first_slug = last_slug THEN speaker_prefix ELSE CHR(  1) END AS hidden,
    CASE
      WHEN first_slug = last_slug
      THEN (
        fitting_message_count - 1
      ) * speaker_tokens
      ELSE 0
    END AS spared_tokens
  FROM gathered
)
SELECT
  dataset_id,
  bucket,
  thread_id,
  exchange_no,
  conversation_no,
  began_on,
  split,
  capacity_tokens,
  system_turn_count,
  prompt_slug,
  CASE
    WHEN fitting_message_count > 0
    THEN REPLACE(SUBSTRING(joined, joiner_chars + 1, prompt_chars - joiner_chars), hidden, '')
  END AS prompt,
  CASE
    WHEN reply_message_count > 0
    THEN SUBSTRING(joined, prompt_chars + joiner_chars + 1)
  END AS reply,
  CAST(reply_chars + (
    reply_message_count - 1
  ) * joiner_chars AS BIGINT) AS reply_chars,
  CAST(prompt_tokens - spared_tokens AS BIGINT) AS prompt_tokens,
  reply_tokens,
  CAST(prompt_tokens - spared_tokens + reply_tokens AS BIGINT) AS token_count,
  first_message_id,
  last_message_id,
  CASE
    WHEN fitting_message_count > 0
    THEN SUBSTRING(message_ids, 1, prompt_id_chars)
  END AS prompt_message_ids,
  CASE
    WHEN reply_message_count > 0
    THEN SUBSTRING(message_ids, prompt_id_chars + 1)
  END AS reply_message_ids,
  CASE
    WHEN prompt_message_count = 0
    THEN 'no_prompt'
    WHEN reply_message_count = 0
    THEN 'no_reply'
    WHEN reply_tokens > capacity_tokens
    THEN 'reply_too_long'
    WHEN fitting_message_count = 0
    THEN 'prompt_too_long'
    WHEN skips_links = 1 AND (
      is_links_only_prompt = 1 OR is_links_only_reply = 1
    )
    THEN 'links_only'
    WHEN skips_stickers = 1 AND is_sticker_prompt = 1
    THEN 'stickers_only'
    WHEN word_count < min_words
    THEN 'too_few_words'
    WHEN prompt_language_chars < 0 OR reply_language_chars < 0
    THEN 'other_language'
  END AS reason
FROM named;

-- dataset_chunk_exchanges
WITH judged AS (
  SELECT
    dataset_exchanges.*,
    datasets.max_turns,
    datasets.context_exchanges,
    CASE
      WHEN reason IS NULL AND reply_chars >= datasets.min_assistant_chars
      THEN 1
      ELSE 0
    END AS is_trained,
    CASE WHEN NOT reason IS NULL OR token_count * 2 > capacity_tokens THEN 1 ELSE 0 END AS is_alone
  FROM dataset_exchanges
  JOIN datasets
    ON datasets.dataset_id = dataset_exchanges.dataset_id
), neighbours AS (
  SELECT
    *,
    LAG(conversation_no) OVER (PARTITION BY dataset_id, bucket, thread_id ORDER BY exchange_no NULLS LAST) AS previous_conversation_no,
    LAG(reason) OVER (PARTITION BY dataset_id, bucket, thread_id ORDER BY exchange_no NULLS LAST) AS previous_reason,
    LAG(is_alone) OVER (PARTITION BY dataset_id, bucket, thread_id ORDER BY exchange_no NULLS LAST) AS previous_is_alone,
    LAG(token_count) OVER (PARTITION BY dataset_id, bucket, thread_id ORDER BY exchange_no NULLS LAST) AS previous_token_count,
    CAST(SUM(token_count) OVER (PARTITION BY dataset_id, bucket, thread_id ORDER BY exchange_no NULLS LAST) AS BIGINT) - token_count AS tokens_before
  FROM judged
), segment_starts AS (
  SELECT
    *,
    CASE
      WHEN reason IS NULL
      AND previous_reason IS NULL
      AND conversation_no = previous_conversation_no
      THEN 0
      ELSE 1
    END AS is_segment_start
  FROM neighbours
), followers AS (
  SELECT
    *,
    CASE WHEN is_segment_start = 0 THEN previous_token_count END AS tokens_one_before
  FROM segment_starts
), segments AS (
  SELECT
    *,
    CAST(SUM(is_segment_start) OVER (PARTITION BY dataset_id, bucket, thread_id ORDER BY exchange_no NULLS LAST) AS BIGINT) AS segment_no,
    CAST(SUM(CASE WHEN is_segment_start + is_alone + previous_is_alone > 0 THEN 1 ELSE 0 END) OVER (PARTITION BY dataset_id, bucket, thread_id ORDER BY exchange_no NULLS LAST) AS BIGINT) AS run_no,
    LAG(tokens_one_before) OVER (PARTITION BY dataset_id, bucket, thread_id ORDER BY exchange_no NULLS LAST) AS previous_one_before
  FROM followers
), offsets AS (
  SELECT
    *,
    CASE WHEN is_segment_start = 0 THEN previous_one_before END AS tokens_two_before,
    tokens_before - MIN(tokens_before) OVER (PARTITION BY dataset_id, bucket, thread_id, run_no) AS start_tokens,
    MAX(token_count) OVER (PARTITION BY dataset_id, bucket, thread_id, run_no) AS widest_tokens
  FROM segments
), cells AS (
  SELECT
    *,
    CASE
      WHEN is_alone = 1
      THEN 0
      ELSE CAST(FLOOR(
        start_tokens * 1.0 / GREATEST(
          capacity_tokens / 2.0,
          capacity_tokens - (
            1 + context_exchanges
          ) * widest_tokens
        )
      ) AS BIGINT)
    END AS cell_no
  FROM offsets
), placed AS (
  SELECT
    *,
    exchange_no - MIN(exchange_no) OVER (PARTITION BY dataset_id, bucket, thread_id, run_no, cell_no) AS place_in_cell
  FROM cells
), parts AS (
  SELECT
    *,
    CASE
      WHEN max_turns IS NULL
      THEN 0
      ELSE CAST(FLOOR(place_in_cell * 2.0 / max_turns) AS BIGINT)
    END AS part_no,
    CASE
      WHEN place_in_cell = 0
      THEN 1
      WHEN FLOOR(place_in_cell * 2.0 / max_turns) > FLOOR((
        place_in_cell - 1
      ) * 2.0 / max_turns)
      THEN 1
      ELSE 0
    END AS is_first
  FROM placed
), chunks AS (
  SELECT
    *,
    MIN(exchange_no) OVER (PARTITION BY dataset_id, bucket, thread_id, run_no, cell_no, part_no) AS first_exchange_no,
    MAX(exchange_no) OVER (PARTITION BY dataset_id, bucket, thread_id, run_no, cell_no, part_no) AS last_exchange_no,
    CAST(SUM(token_count) OVER (PARTITION BY dataset_id, bucket, thread_id, run_no, cell_no, part_no) AS BIGINT) AS chunk_tokens,
    MAX(is_trained) OVER (PARTITION BY dataset_id, bucket, thread_id, run_no, cell_no, part_no) AS has_trained,
    MAX(CASE WHEN is_first = 1 THEN tokens_one_before END) OVER (PARTITION BY dataset_id, bucket, thread_id, run_no, cell_no, part_no) AS context_one_tokens,
    MAX(CASE WHEN is_first = 1 THEN tokens_two_before END) OVER (PARTITION BY dataset_id, bucket, thread_id, run_no, cell_no, part_no) AS context_two_tokens
  FROM parts
), numbered AS (
  SELECT
    *,
    CAST(SUM(CASE WHEN is_first = 1 THEN has_trained ELSE 0 END) OVER (PARTITION BY dataset_id, bucket, thread_id ORDER BY exchange_no NULLS LAST) AS BIGINT) AS chunk_no
  FROM chunks
), marked AS (
  SELECT
    numbered.*,
    CASE WHEN dataset_duplicates.example_no IS NULL THEN 0 ELSE 1 END AS is_duplicate
  FROM numbered
  LEFT JOIN dataset_duplicates
    ON dataset_duplicates.dataset_id = numbered.dataset_id
    AND dataset_duplicates.bucket = numbered.bucket
    AND dataset_duplicates.thread_id = numbered.thread_id
    AND dataset_duplicates.example_no = numbered.chunk_no
    AND numbered.has_trained = 1
)
SELECT
  dataset_id,
  bucket,
  thread_id,
  exchange_no,
  conversation_no,
  segment_no,
  began_on,
  split,
  system_turn_count,
  prompt_slug,
  prompt,
  reply,
  prompt_tokens,
  reply_tokens,
  first_message_id,
  last_message_id,
  prompt_message_ids,
  reply_message_ids,
  reason,
  is_trained,
  is_duplicate,
  first_exchange_no,
  last_exchange_no,
  CASE WHEN has_trained = 1 AND is_duplicate = 0 THEN chunk_no END AS example_no,
  CASE
    WHEN has_trained = 0 OR context_exchanges = 0 OR is_duplicate = 1
    THEN 0
    WHEN context_one_tokens IS NULL OR chunk_tokens + context_one_tokens > capacity_tokens
    THEN 0
    WHEN context_exchanges = 1
    THEN 1
    WHEN context_two_tokens IS NULL
    THEN 1
    WHEN chunk_tokens + context_one_tokens + context_two_tokens > capacity_tokens
    THEN 1
    ELSE 2
  END AS context_count
FROM marked;

-- dataset_exchange_uses
WITH calls AS (
  SELECT
    *,
    CASE WHEN exchange_no = first_exchange_no THEN example_no END AS opened_example_no,
    CASE WHEN exchange_no = first_exchange_no THEN context_count ELSE 0 END AS called_count
  FROM dataset_chunk_exchanges
), answers AS (
  SELECT
    *,
    LEAD(opened_example_no) OVER (PARTITION BY dataset_id, bucket, thread_id ORDER BY exchange_no NULLS LAST) AS opened_example_no_1,
    LEAD(called_count) OVER (PARTITION BY dataset_id, bucket, thread_id ORDER BY exchange_no NULLS LAST) AS called_count_1,
    FIRST_VALUE(opened_example_no) OVER (
      PARTITION BY dataset_id, bucket, thread_id
      ORDER BY exchange_no NULLS LAST
      rows BETWEEN 2 following AND 2 following
    ) AS opened_example_no_2,
    FIRST_VALUE(called_count) OVER (
      PARTITION BY dataset_id, bucket, thread_id
      ORDER BY exchange_no NULLS LAST
      rows BETWEEN 2 following AND 2 following
    ) AS called_count_2
  FROM calls
), uses AS (
  SELECT
    *,
    CASE WHEN called_count_1 >= 1 THEN opened_example_no_1 END AS context_example_no_1,
    CASE WHEN called_count_2 >= 2 THEN opened_example_no_2 END AS context_example_no_2
  FROM answers
)
SELECT
  dataset_id,
  bucket,
  thread_id,
  exchange_no,
  conversation_no,
  segment_no,
  began_on,
  split,
  system_turn_count,
  prompt_slug,
  prompt,
  reply,
  prompt_tokens,
  reply_tokens,
  first_message_id,
  last_message_id,
  prompt_message_ids,
  reply_message_ids,
  is_trained,
  CASE WHEN exchange_no = last_exchange_no THEN 1 ELSE 0 END AS is_last,
  example_no,
  context_count + exchange_no - first_exchange_no + 1 AS place_no,
  context_example_no_1,
  called_count_1 AS context_place_no_1,
  context_example_no_2,
  called_count_2 - 1 AS context_place_no_2,
  CASE
    WHEN NOT reason IS NULL
    THEN reason
    WHEN NOT COALESCE(example_no, context_example_no_1, context_example_no_2) IS NULL
    THEN NULL
    WHEN is_duplicate = 1
    THEN 'duplicate'
    ELSE 'reply_too_short'
  END AS reason
FROM uses;

-- dataset_example_exchanges
WITH distances AS (
  SELECT
    0 AS distance
  UNION ALL
  SELECT
    1
  UNION ALL
  SELECT
    2
), placed AS (
  SELECT
    dataset_exchange_uses.*,
    distance,
    CASE distance
      WHEN 0
      THEN example_no
      WHEN 1
      THEN context_example_no_1
      ELSE context_example_no_2
    END AS used_example_no,
    CASE distance
      WHEN 0
      THEN place_no
      WHEN 1
      THEN context_place_no_1
      ELSE context_place_no_2
    END AS used_place_no
  FROM dataset_exchange_uses
  CROSS JOIN distances
)
SELECT
  dataset_id,
  bucket,
  thread_id,
  used_example_no AS example_no,
  used_place_no AS place_no,
  exchange_no,
  distance,
  CASE distance WHEN 0 THEN is_trained ELSE 0 END AS is_trained,
  CASE distance WHEN 0 THEN is_last ELSE 0 END AS is_last,
  began_on,
  split,
  system_turn_count,
  prompt_slug,
  prompt,
  reply,
  prompt_tokens,
  reply_tokens,
  first_message_id,
  last_message_id,
  prompt_message_ids,
  reply_message_ids
FROM placed
WHERE
  NOT used_example_no IS NULL;

-- dataset_example_turns
WITH sides AS (
  SELECT
    'user' AS side
  UNION ALL
  SELECT
    'assistant'
), spoken AS (
  SELECT
    dataset_id,
    'exchange' AS mode,
    bucket,
    thread_id,
    example_no,
    CASE side WHEN 'user' THEN place_no * 2 - 1 ELSE place_no * 2 END AS spoken_no,
    CASE side WHEN 'assistant' THEN is_last ELSE 0 END AS is_last,
    side AS role,
    CASE side WHEN 'user' THEN prompt ELSE reply END AS content,
    CASE side WHEN 'user' THEN prompt_slug END AS speaker_slug,
    CASE side WHEN 'assistant' THEN is_trained END AS weight,
    CASE side WHEN 'user' THEN prompt_tokens ELSE reply_tokens END AS token_count,
    began_on,
    split,
    first_message_id,
    last_message_id,
    CASE side WHEN 'user' THEN prompt_message_ids ELSE reply_message_ids END AS message_ids
  FROM dataset_example_exchanges
  CROSS JOIN sides
  UNION ALL
  SELECT
    dataset_sliding_turns.dataset_id,
    'sliding' AS mode,
    bucket,
    thread_id,
    first_example_no + shift AS example_no,
    turn_no - (
      first_example_no + shift - 1
    ) * dataset_shifts.step AS spoken_no,
    CASE
      WHEN turn_no = (
        first_example_no + shift - 1
      ) * dataset_shifts.step + dataset_shifts.chunk_size
      THEN 1
      ELSE 0
    END AS is_last,
    role,
    content,
    CAST(NULL AS STRING) AS speaker_slug,
    CASE role WHEN 'assistant' THEN 1 END AS weight,
    token_count,
    began_on,
    split,
    first_message_id,
    last_message_id,
    message_ids
  FROM dataset_sliding_turns
  JOIN dataset_shifts
    ON dataset_shifts.dataset_id = dataset_sliding_turns.dataset_id
    AND dataset_shifts.shift <= dataset_sliding_turns.last_example_no - dataset_sliding_turns.first_example_no
), kinds AS (
  SELECT
    0 AS is_system
  UNION ALL
  SELECT
    1
), told AS (
  SELECT
    spoken.*,
    is_system,
    dataset_thread_rules.system_prompt,
    dataset_thread_rules.system_tokens,
    dataset_thread_rules.system_turn_count
  FROM spoken
  CROSS JOIN kinds
  JOIN dataset_thread_rules
    ON dataset_thread_rules.dataset_id = spoken.dataset_id
    AND dataset_thread_rules.bucket = spoken.bucket
    AND dataset_thread_rules.thread_id = spoken.thread_id
  WHERE
    is_system = 0 OR spoken_no = 1 AND dataset_thread_rules.system_turn_count = 1
)
SELECT
  dataset_id,
  mode,
  bucket,
  thread_id,
  example_no,
  CASE is_system WHEN 1 THEN 1 ELSE spoken_no + system_turn_count END AS turn_no,
  CASE is_system WHEN 1 THEN 'system' ELSE role END AS role,
  CASE is_system
    WHEN 1
    THEN REPLACE(REPLACE(system_prompt, '{date}', began_on), CHR(  1), '{')
    ELSE content
  END AS content,
  CASE is_system WHEN 0 THEN speaker_slug END AS speaker_slug,
  CASE is_system WHEN 0 THEN weight END AS weight,
  CASE is_system WHEN 1 THEN system_tokens ELSE token_count END AS token_count,
  split,
  CASE is_system WHEN 0 THEN first_message_id END AS first_message_id,
  CASE is_system WHEN 0 THEN last_message_id END AS last_message_id,
  CASE is_system WHEN 0 THEN message_ids END AS message_ids,
  CASE is_system WHEN 0 THEN spoken_no END AS spoken_no,
  CASE is_system WHEN 0 THEN is_last ELSE 0 END AS is_last
FROM told;

-- dataset_examples
WITH escaped AS (
  SELECT
    *,
    REPLACE(
      REPLACE(
        REPLACE(
          REPLACE(REPLACE(content, CHR(  92), CHR(  92) || CHR(  92)), '"', CHR(  92) || '"'),
          CHR(  10),
          CHR(  92) || 'n'
        ),
        CHR(  13),
        CHR(  92) || 'r'
      ),
      CHR(  9),
      CHR(  92) || 't'
    ) AS json_content
  FROM dataset_example_turns
), objects AS (
  SELECT
    *,
    CHR(  123) || '"role":"' || role || '","content":"' || json_content || '"' || CASE WHEN speaker_slug IS NULL THEN '' ELSE ',"name":"' || speaker_slug || '"' END || CASE WHEN weight = 0 THEN ',"weight":0' ELSE '' END || CHR(  125) AS json_object
  FROM escaped
)
SELECT
  dataset_id,
  mode,
  bucket,
  thread_id,
  example_no,
  MIN(split) AS split,
  COUNT(*) AS turn_count,
  CAST(SUM(token_count) AS BIGINT) + 3 AS token_count,
  CAST(SUM(CASE WHEN weight = 1 THEN token_count ELSE 0 END) AS BIGINT) AS trained_token_count,
  MAX(CASE WHEN spoken_no = 1 THEN first_message_id END) AS first_message_id,
  MAX(CASE WHEN is_last = 1 THEN last_message_id END) AS last_message_id,
  LISTAGG(CASE WHEN weight = 1 THEN message_ids END, '') WITHIN GROUP (ORDER BY
    turn_no NULLS LAST) AS trained_message_ids,
  LISTAGG(CASE WHEN weight = 1 THEN NULL ELSE message_ids END, '') WITHIN GROUP (ORDER BY
    turn_no NULLS LAST) AS other_message_ids,
  '[' || LISTAGG(json_object, ',') WITHIN GROUP (ORDER BY
    turn_no NULLS LAST) || ']' AS messages
FROM objects
GROUP BY
  dataset_id,
  mode,
  bucket,
  thread_id,
  example_no;

-- export_examples
SELECT
  bucket,
  thread_id,
  example_no,
  split,
  turn_count,
  token_count,
  trained_message_ids,
  other_message_ids,
  messages
FROM dataset_examples
WHERE
  dataset_id = :dataset_id
  AND mode = :mode
  AND bucket BETWEEN :first_bucket AND :last_bucket
  AND (
    CAST(:split AS STRING) IS NULL OR split = CAST(:split AS STRING)
  );

-- example_hashes
WITH trained AS (
  SELECT
    *,
    MIN(CASE WHEN weight = 1 THEN spoken_no END) OVER (PARTITION BY dataset_id, bucket, thread_id, example_no) AS first_trained_no
  FROM dataset_example_turns
  WHERE
    dataset_id = :dataset_id
    AND mode = :mode
    AND bucket BETWEEN :first_bucket AND :last_bucket
)
SELECT
  dataset_id,
  bucket,
  thread_id,
  example_no,
  MAX(CASE WHEN spoken_no = first_trained_no - 1 THEN first_message_id END) AS first_message_id,
  MD5(
    LISTAGG(role || COALESCE(CAST(weight AS STRING), '') || content, CHR(  1)) WITHIN GROUP (ORDER BY
      turn_no NULLS LAST)
  ) AS content_hash
FROM trained
WHERE
  spoken_no >= first_trained_no - 1
GROUP BY
  dataset_id,
  bucket,
  thread_id,
  example_no;

