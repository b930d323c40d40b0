"""Nebius Token Factory: open models, whose trained weights can be downloaded.

Source: docs.tokenfactory.nebius.com and its cookbook, read 2026-08.
"""

from rolecall.providers import Profile

profile = Profile(
    label="Nebius Token Factory",
    base_url="https://api.tokenfactory.nebius.com/v1",
    key_variable="NEBIUS_API_KEY",
    byte_limit=5 * 1024**3,
    example_minimum=1,
    hyperparameters={
        "n_epochs": (1, 50),
        "batch_size": (1, 256),
        "learning_rate": (1e-9, 1),
        "context_length": (1, 2**20),
        "lora_r": (1, 1024),
        "lora_alpha": (1, 4096),
        "lora": ("true", "false"),
        "packing": ("true", "false"),
    },
    is_method_nested=False,
    metadata="none",
    has_weights=False,
    deployment=(
        "deploy it before anybody can chat with it: send its checkpoint to POST /v0/models"
        " (docs.tokenfactory.nebius.com, custom models); or download the checkpoint's files"
    ),
    note="Trains open models only; the checkpoints' weights can be downloaded.",
)
