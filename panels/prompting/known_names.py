"""Vendors and model families whose names a blind reader must not see."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """A vendor with its models. In any other spelling, a name `as_written` is an ordinary word."""

    names: tuple[str, ...]
    as_written: frozenset[str] = frozenset()

    def is_in(self, models: str) -> bool:
        """One of the names stands in these model references; there is no Llama in `ollama`."""
        names = "|".join(re.escape(name.replace(" ", "-")) for name in self.names)
        return bool(re.search(rf"(?<![a-z])(?:{names})(?![a-z])", models, re.IGNORECASE))


def _family(*names: str, as_written: tuple[str, ...] = ()) -> Family:
    return Family((*names, *as_written), frozenset(as_written))


FAMILIES = (
    _family("OpenAI", "Open AI", "ChatGPT", "GPT", "gpt-oss", "Codex"),
    _family("Anthropic", "Claude"),
    _family("Google DeepMind", "DeepMind", "Google", "Gemini", "Gemma", "PaLM"),
    _family("DeepSeek", "Deep Seek"),
    _family("Moonshot AI", "Moonshot", "Kimi"),
    _family("Meta AI", "Llama", "LLaMA", as_written=("Meta",)),
    _family("Mistral AI", "Mistral", "Mixtral", "Codestral", "Magistral", "Ministral", "Devstral"),
    _family("Alibaba", "Qwen", "QwQ", "Tongyi"),
    _family("xAI", "x.ai", as_written=("Grok",)),
    _family("HuggingFaceTB", "HuggingFace", "Hugging Face", "SmolLM2", "SmolLM3", "SmolLM"),
    _family("Microsoft Copilot", as_written=("Phi",)),
    _family("Cohere", "Command R", "Command A"),
    _family("Zhipu", "Z.ai", "ChatGLM", "GLM"),
    _family(
        "MiniMax",
    ),
    _family("NVIDIA", "Nemotron"),
    _family("Amazon Bedrock", as_written=("Nova",)),
    _family("IBM Granite", as_written=("Granite",)),
    _family("AI21", "Jamba"),
    _family("Perplexity", as_written=("Sonar",)),
)
