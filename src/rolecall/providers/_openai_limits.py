"""What OpenAI's own service takes, and Azure's with it.

Source: platform.openai.com, API reference, read 2026-11; learn.microsoft.com, read 2026-10.
"""

BYTE_LIMIT = 512 * 1024 * 1024
EXAMPLE_MINIMUM = 10
HYPERPARAMETERS = {
    "n_epochs": (1, 50),
    "batch_size": (1, 256),
    # Any number above 0; the SDK and the server share no tighter bound.
    "learning_rate_multiplier": (1e-9, 1e9),
}
