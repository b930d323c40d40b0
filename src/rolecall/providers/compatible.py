"""Any server that speaks OpenAI's protocol for files and fine-tuning jobs; nothing else is taken for granted.

Chosen when an address is given and no provider. The key's variable is the one that such servers and the SDK
itself use; the plan of a job names it beside the address, so that no key goes where it should not.
"""

from rolecall.providers import Profile

profile = Profile(
    label="the server",
    base_url="",
    address_hint="http://HOST/v1 or https://HOST/v1",
    key_variable="OPENAI_API_KEY",
    byte_limit=512 * 1024 * 1024,
    example_minimum=1,
    hyperparameters={"n_epochs": (1, 1000), "batch_size": (1, 4096), "learning_rate_multiplier": (1e-9, 1e9)},
    metadata="sent",
    has_weights=False,
    note="A server of somebody's own; what it trains, and what that costs, only its owner knows.",
)
