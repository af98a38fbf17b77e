"""Keeps keys out of what is shown and stored: vendors repeat the key in their error messages."""

import re

from panels.providers.errors import ProviderError
from panels.providers.storable import storable_text

MOST_DETAIL_CHARACTERS = 500
REDACTED = "[key]"
#: Shorter than this is no secret, and replacing it would mangle ordinary words.
SHORTEST_SECRET = 6
_LOOKS_LIKE_A_KEY = re.compile(r"\b(?:sk|pk|key|gsk|xai)-[\w*-]{8,}|\bAIza[\w-]{10,}|Bearer\s+\S+")


class Redactor:
    def __init__(self, *secrets: str) -> None:
        self._secrets = sorted(
            {secret for secret in secrets if len(secret) >= SHORTEST_SECRET}, key=len, reverse=True
        )

    def text(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, REDACTED)
        return _LOOKS_LIKE_A_KEY.sub(REDACTED, text)

    def error(self, error: ProviderError) -> ProviderError:
        """The same error, fit to be shown and stored."""
        detail = storable_text(self.text(error.detail))[:MOST_DETAIL_CHARACTERS]
        return type(error)(detail, retry_after_seconds=error.retry_after_seconds)
