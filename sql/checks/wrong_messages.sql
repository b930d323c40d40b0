-- Messages whose kind is unknown, or that should hold words and hold none.
-- Grain: thread_id, message_id
select
    thread_id,
    message_id,
    kind
from messages
where kind not in ('unsent', 'system', 'call', 'text', 'share', 'media', 'empty')
    or kind = 'text' and coalesce(body, '') = ''
