"""Why a tool gave no result. The message is a sentence that the model and the person both read.

ToolFailed
├── UnknownTool              unknown_tool          no tool of that name
├── WrongArguments           wrong_arguments       not JSON, or not what the tool takes
├── StepsUsedUp              steps_used_up         the call has had its tool steps
├── SearchFailed             search_failed
│   ├── SearchKeyRefused         search_key_refused    401, 403
│   ├── SearchRateLimited        search_rate_limited   429
│   ├── SearchUsedUp             search_used_up        the plan's quota is spent
│   ├── SearchRefused            search_refused        any other status
│   ├── SearchUnreachable        search_unreachable    no answer, or none in time
│   └── SearchUnreadable         search_unreadable     the answer is not what the engine documents
└── FetchRefused             fetch_refused
    ├── BadAddress               bad_address           no web address that can be read
    ├── SchemeRefused            scheme_refused        neither http nor https
    ├── CredentialsInAddress     credentials_in_address
    ├── PortRefused              port_refused
    ├── OddSpelling              odd_spelling          an IP address written so as to hide it
    ├── AddressRefused           address_refused       not a public address
    ├── DomainRefused            domain_refused        against the preset's lists of domains
    ├── NotFoundBefore           not_found_before      neither asked about nor found by a search
    ├── NameNotFound             name_not_found        DNS knows no such host
    ├── NotReached               not_reached           no connection, no TLS, a broken answer
    ├── TooManyRedirects         too_many_redirects
    ├── StatusRefused            status_refused        the site answered with an error
    ├── TypeRefused              type_refused          no text, or packed in a strange way
    ├── TooLarge                 too_large
    ├── TooSlow                  too_slow
    └── NoTextFound              no_text               nothing to read in it
"""


class ToolFailed(Exception):
    code = "tool_failed"


class UnknownTool(ToolFailed):
    code = "unknown_tool"


class WrongArguments(ToolFailed):
    code = "wrong_arguments"


class StepsUsedUp(ToolFailed):
    code = "steps_used_up"


class SearchFailed(ToolFailed):
    code = "search_failed"


class SearchKeyRefused(SearchFailed):
    code = "search_key_refused"


class SearchRateLimited(SearchFailed):
    code = "search_rate_limited"


class SearchUsedUp(SearchFailed):
    code = "search_used_up"


class SearchRefused(SearchFailed):
    code = "search_refused"


class SearchUnreachable(SearchFailed):
    code = "search_unreachable"


class SearchUnreadable(SearchFailed):
    code = "search_unreadable"


class FetchRefused(ToolFailed):
    code = "fetch_refused"


class BadAddress(FetchRefused):
    code = "bad_address"


class SchemeRefused(FetchRefused):
    code = "scheme_refused"


class CredentialsInAddress(FetchRefused):
    code = "credentials_in_address"


class PortRefused(FetchRefused):
    code = "port_refused"


class OddSpelling(FetchRefused):
    code = "odd_spelling"


class AddressRefused(FetchRefused):
    code = "address_refused"


class DomainRefused(FetchRefused):
    code = "domain_refused"


class NotFoundBefore(FetchRefused):
    code = "not_found_before"


class NameNotFound(FetchRefused):
    code = "name_not_found"


class NotReached(FetchRefused):
    code = "not_reached"


class TooManyRedirects(FetchRefused):
    code = "too_many_redirects"


class StatusRefused(FetchRefused):
    code = "status_refused"


class TypeRefused(FetchRefused):
    code = "type_refused"


class TooLarge(FetchRefused):
    code = "too_large"


class TooSlow(FetchRefused):
    code = "too_slow"


class NoTextFound(FetchRefused):
    code = "no_text"
