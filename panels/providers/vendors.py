"""The vendors that a key variable is enough for, in the order in which the best model is sought.

A new vendor is a row here, and a file of its own if it differs (docs/adding-a-provider.md).
"""

from dataclasses import dataclass

from panels.providers.anthropic import Anthropic
from panels.providers.deepseek import DeepSeek
from panels.providers.environment import Endpoint
from panels.providers.google import Google
from panels.providers.openai import OpenAI
from panels.providers.openai_compatible import OpenAICompatible
from panels.providers.openrouter import OpenRouter


@dataclass(frozen=True, kw_only=True)
class Vendor:
    """`best_model` is the slug used where nobody chose one; "" where we know of none that lasts."""

    name: str
    key_variable: str
    base_url: str
    provider: type[OpenAICompatible] = OpenAICompatible
    best_model: str = ""

    def endpoint(self) -> Endpoint:
        return Endpoint(
            name=self.name,
            base_url=self.base_url,
            key_variable=self.key_variable,
            model=self.best_model,
        )


VENDORS = (
    Vendor(
        name="openrouter",
        key_variable="OPENROUTER_API_KEY",
        base_url="https://openrouter.ai/api/v1",
        provider=OpenRouter,
        # Follows the newest of its family (openrouter.ai/docs, guides/routing/routers).
        best_model="~anthropic/claude-sonnet-latest",
    ),
    Vendor(
        name="anthropic",
        key_variable="ANTHROPIC_API_KEY",
        base_url="https://api.anthropic.com/v1",
        provider=Anthropic,
        best_model="claude-sonnet-4-6",
    ),
    Vendor(
        name="openai",
        key_variable="OPENAI_API_KEY",
        base_url="https://api.openai.com/v1",
        provider=OpenAI,
        best_model="gpt-5.5",
    ),
    Vendor(
        name="google",
        key_variable="GEMINI_API_KEY",
        base_url="https://generativelanguage.googleapis.com/v1beta/openai",
        provider=Google,
        best_model="gemini-3.5-flash",
    ),
    Vendor(name="mistral", key_variable="MISTRAL_API_KEY", base_url="https://api.mistral.ai/v1"),
    Vendor(
        name="deepseek",
        key_variable="DEEPSEEK_API_KEY",
        base_url="https://api.deepseek.com/v1",
        provider=DeepSeek,
    ),
    Vendor(name="xai", key_variable="XAI_API_KEY", base_url="https://api.x.ai/v1"),
    Vendor(name="groq", key_variable="GROQ_API_KEY", base_url="https://api.groq.com/openai/v1"),
    Vendor(
        name="together", key_variable="TOGETHER_API_KEY", base_url="https://api.together.xyz/v1"
    ),
)
VENDOR_BY_NAME = {vendor.name: vendor for vendor in VENDORS}
