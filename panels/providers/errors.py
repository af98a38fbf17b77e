"""What can go wrong at a provider. The class carries the code that the call's row stores.

ProviderError
├── NotConfigured          no such provider, or its key is missing
├── Unreachable            connection refused, DNS, TLS
├── TimedOut
│   ├── ConnectTimedOut
│   ├── FirstTokenTimedOut     headers or first token did not come
│   └── SilenceTimedOut        the stream went quiet
├── RequestRefused         a status that asking again will not change
│   ├── AuthFailed             401
│   ├── PaymentRequired        402
│   ├── PermissionDenied       403
│   ├── ModelNotFound          404
│   ├── ContextOverflow        413, or a 400 that says so
│   └── BadRequest             any other 4xx
├── TemporarilyRefused     a status that may change: 408, 409, 425, 5xx
│   ├── RateLimited            429, with retry_after_seconds
│   └── Overloaded             503, 529
├── PrivacyRefused         the call would leave where the run may go; nothing was opened
├── ContentRefused         the model or a filter declined
├── StreamBroken           cut, ended without a finish, or an error in mid-stream
├── UnreadableStream       not the protocol that we speak
├── EndlessAnswer          longer than any answer may be; what came until then stays
└── EmptyAnswer            finished, and said nothing
"""


class ProviderError(Exception):
    """Base of all. `detail` is what the provider said: hostile text, for a person to read."""

    error_code = "provider_error"

    def __init__(self, detail: str = "", *, retry_after_seconds: float | None = None) -> None:
        super().__init__(detail or self.error_code)
        self.detail = detail
        self.retry_after_seconds = retry_after_seconds


class NotConfigured(ProviderError):
    error_code = "not_configured"


class Unreachable(ProviderError):
    error_code = "unreachable"


class TimedOut(ProviderError):
    error_code = "timed_out"


class ConnectTimedOut(TimedOut):
    error_code = "connect_timed_out"


class FirstTokenTimedOut(TimedOut):
    error_code = "first_token_timed_out"


class SilenceTimedOut(TimedOut):
    error_code = "silence_timed_out"


class RequestRefused(ProviderError):
    error_code = "request_refused"


class AuthFailed(RequestRefused):
    error_code = "auth_failed"


class PaymentRequired(RequestRefused):
    error_code = "payment_required"


class PermissionDenied(RequestRefused):
    error_code = "permission_denied"


class ModelNotFound(RequestRefused):
    error_code = "model_not_found"


class ContextOverflow(RequestRefused):
    error_code = "context_overflow"


class BadRequest(RequestRefused):
    error_code = "bad_request"


class TemporarilyRefused(ProviderError):
    error_code = "server_error"


class RateLimited(TemporarilyRefused):
    error_code = "rate_limited"


class Overloaded(TemporarilyRefused):
    error_code = "overloaded"


class PrivacyRefused(ProviderError):
    """Ours, not a provider's: `detail` says where the call would have gone."""

    error_code = "privacy_refused"


class ContentRefused(ProviderError):
    error_code = "content_refused"


class StreamBroken(ProviderError):
    error_code = "stream_broken"


class UnreadableStream(ProviderError):
    error_code = "unreadable_stream"


class EndlessAnswer(ProviderError):
    error_code = "endless_answer"


class EmptyAnswer(ProviderError):
    error_code = "empty_answer"
