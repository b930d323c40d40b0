"""OpenAI's own service, or a gateway to it at another address (`base_url`).

Source: platform.openai.com, fine-tuning guide, deprecations and API reference, read 2026-11.
"""

from datetime import date

from rolecall.providers import Profile

profile = Profile(
    label="OpenAI",
    wire="openai",
    base_url="https://api.openai.com/v1",
    key_variable="OPENAI_API_KEY",
    format="openai",
    byte_limit=512 * 1024 * 1024,
    example_minimum=10,
    hyperparameters={
        "n_epochs": (1, 50),
        "batch_size": (1, 256),
        # Any number above 0; the SDK and the server share no tighter bound.
        "learning_rate_multiplier": (1e-9, 1e9),
    },
    takes_new_users_until=date(2026, 5, 6),
    closes_on=date(2027, 1, 6),
    note=(
        "Organizations that never ran a fine-tuning job can create none since 2026-05-07, and from 2027-01-06"
        " nobody can; its protocol lives on elsewhere."
    ),
)
