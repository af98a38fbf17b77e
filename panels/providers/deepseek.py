"""DeepSeek, by its own documentation (api-docs.deepseek.com/guides/thinking_mode, "Tool Calls").

A thinking model's `reasoning_content` must come back with the tool calls it led to, or the next
request is refused with 400.
"""

from typing import Any

from panels.providers.openai_compatible import OpenAICompatible
from panels.providers.requests import Message


class DeepSeek(OpenAICompatible):
    def returned_reasoning(self, message: Message) -> dict[str, Any]:
        return {"reasoning_content": message.reasoning}
