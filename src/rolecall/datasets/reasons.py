"""Why a message stands in no example, in words for people; the views give the codes."""

REASONS = {
    "thread_kind": "in a kind of chat that the dataset leaves out, or with nobody but oneself",
    "thread_filter": "in a chat that the dataset leaves out",
    "date_filter": "before or after the dataset's dates",
    "person_filter": "by a person whom the dataset leaves out",
    "no_prompt": "nobody wrote before the persona began",
    "no_reply": "the persona did not answer",
    "reply_too_long": "the reply is too long for an example",
    "prompt_too_long": "too long beside the reply",
    "prompt_shortened": "an older message that had no room beside the reply",
    "reply_too_short": "the reply is too short to be trained",
    "links_only": "nothing but links on one side of the exchange",
    "stickers_only": "an answer to nothing but stickers",
    "too_few_words": "an exchange of too few words",
    "other_language": "an exchange mostly in another language",
    "duplicate": "in an example that says the same as another one",
    "thread_too_short": "the chat is shorter than one window",
    "tail": "after the last whole window of the chat",
}


def words_for(reason: str) -> str:
    """Return a reason in words; one that is not known here as it is."""
    return REASONS.get(reason, reason)
