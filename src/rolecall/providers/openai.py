"""OpenAI's own service, or a gateway to it at another address (`base_url`).

Source: platform.openai.com, fine-tuning guide, deprecations and API reference, read 2026-11.
"""

from datetime import date

from rolecall.providers import Profile
from rolecall.providers._openai_limits import BYTE_LIMIT, EXAMPLE_MINIMUM, HYPERPARAMETERS

profile = Profile(
    label="OpenAI",
    base_url="https://api.openai.com/v1",
    key_variable="OPENAI_API_KEY",
    byte_limit=BYTE_LIMIT,
    example_minimum=EXAMPLE_MINIMUM,
    hyperparameters=HYPERPARAMETERS,
    takes_new_users_until=date(2026, 5, 6),
    closes_on=date(2027, 1, 6),
    note=(
        "Organizations that never ran a fine-tuning job can create none since 2026-05-07, and from 2027-01-06"
        " nobody can; its protocol lives on elsewhere."
    ),
)
