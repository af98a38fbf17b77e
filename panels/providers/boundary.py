"""Which connections a request may use: any, or only the guarded ones that stay inside."""

from dataclasses import dataclass

import httpx

from panels.choices import Privacy
from panels.providers.errors import PrivacyRefused
from panels.providers.privacy import refuse_beyond


@dataclass(frozen=True, kw_only=True)
class Boundary:
    """`inside` sends what may not leave (`http.inside_client`); without one it is refused."""

    provider_name: str
    privacy: Privacy
    client: httpx.AsyncClient
    inside: httpx.AsyncClient | None

    def client_within(self, reach: Privacy, base_url: str) -> httpx.AsyncClient:
        """:raises PrivacyRefused: when the request would go farther; nothing is opened then."""
        refuse_beyond(reach, name=self.provider_name, privacy=self.privacy, base_url=base_url)
        if reach == Privacy.THIRD_PARTY:
            return self.client
        if self.inside is None:
            raise PrivacyRefused(f"The provider “{self.provider_name}” has no guarded connection.")
        return self.inside
