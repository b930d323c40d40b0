"""Azure OpenAI (Foundry): OpenAI's protocol at an address of one's own; a tuned model must be deployed there.

Source: learn.microsoft.com, fine-tuning in Foundry, read 2026-10, and its REST reference for the words of a
status that are not OpenAI's.
"""

from rolecall.providers import Profile
from rolecall.providers._openai_limits import BYTE_LIMIT, EXAMPLE_MINIMUM, HYPERPARAMETERS

profile = Profile(
    label="Azure OpenAI",
    base_url="",
    address_hint="https://RESOURCE.openai.azure.com/openai/v1",
    key_variable="AZURE_OPENAI_API_KEY",
    byte_limit=BYTE_LIMIT,
    example_minimum=EXAMPLE_MINIMUM,
    hyperparameters={**HYPERPARAMETERS, "trainingType": ("Standard", "GlobalStandard", "developerTier")},
    top_hyperparameters=frozenset({"trainingType"}),
    metadata="sent",
    has_byte_order_mark=True,
    suffix_pattern=r"[^.]{1,64}",
    suffix_rule="1 to 64 characters, none of them a dot",
    statuses={"pending": "queued", "notRunning": "queued", "canceled": "cancelled"},
    deployment=(
        "deploy it before anybody can chat with it: az cognitiveservices account deployment create"
        " --model-format OpenAI --model-version 1 --model-name {model} --deployment-name NAME"
        " --name RESOURCE --resource-group GROUP --sku-name Standard --sku-capacity 1;"
        " then chat with it as NAME"
    ),
    note=(
        "Trains gpt-4.1 and gpt-4o for customers who did so before, until 2027-04 at least; open models for"
        " everybody. A deployed model costs by the hour until its deployment is deleted."
    ),
)
