"""Which error a vendor means by its names, its status and its words."""

import json
from datetime import UTC, datetime

import pytest

from panels.providers import errors
from panels.providers.refusals import (
    error_in_stream,
    error_of_answer,
    report_from_body,
    report_from_json,
    retry_after,
)

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "error", "expected"),
    [
        # OpenAI: a quota that is used up is a 429 that waiting does not change.
        (429, {"code": "insufficient_quota", "type": "insufficient_quota"}, errors.PaymentRequired),
        (429, {"code": "rate_limit_exceeded", "type": "tokens"}, errors.RateLimited),
        (401, {"code": "invalid_api_key"}, errors.AuthFailed),
        (404, {"code": "model_not_found"}, errors.ModelNotFound),
        (400, {"code": "context_length_exceeded"}, errors.ContextOverflow),
        (400, {"code": "content_policy_violation"}, errors.ContentRefused),
        # OpenRouter: its error type is in metadata or beside the code; moderation has reasons.
        (
            400,
            {"code": 400, "metadata": {"error_type": "context_length_exceeded"}},
            errors.ContextOverflow,
        ),
        (502, {"code": 502, "error_type": "provider_overloaded"}, errors.Overloaded),
        (403, {"code": 403, "metadata": {"reasons": ["violence"]}}, errors.ContentRefused),
        (403, {"code": 403, "metadata": {}}, errors.PermissionDenied),
        (404, {"code": 404, "availability": {"code": "no_endpoints"}}, errors.ModelNotFound),
        (503, {"code": 503, "availability": {"code": "capacity_exhausted"}}, errors.Overloaded),
        # Anthropic
        (529, {"type": "overloaded_error"}, errors.Overloaded),
        (401, {"type": "authentication_error"}, errors.AuthFailed),
        (403, {"type": "permission_error"}, errors.PermissionDenied),
        (413, {"type": "request_too_large"}, errors.ContextOverflow),
        (
            400,
            {"type": "invalid_request_error", "message": "prompt is too long: 9 tokens"},
            errors.ContextOverflow,
        ),
        # Google
        (429, {"code": 429, "status": "RESOURCE_EXHAUSTED"}, errors.RateLimited),
        (403, {"code": 403, "status": "PERMISSION_DENIED"}, errors.PermissionDenied),
        (503, {"code": 503, "status": "UNAVAILABLE"}, errors.Overloaded),
        # llama.cpp, vLLM, LM Studio
        (400, {"type": "exceed_context_size_error"}, errors.ContextOverflow),
        (400, {"message": "This model's maximum context length is 4096"}, errors.ContextOverflow),
        (500, {"message": "input exceeds the context window"}, errors.ContextOverflow),
        # LiteLLM: without a database a wrong key is this 400, and so is an unknown model.
        (400, {"type": "no_db_connection", "message": "No connected db."}, errors.AuthFailed),
        (
            400,
            {"type": "invalid_request_error", "message": "Invalid model name passed in model=x"},
            errors.ModelNotFound,
        ),
        (400, {"message": "bad temperature"}, errors.BadRequest),
        (418, {"message": "teapot"}, errors.BadRequest),
        (500, {"message": "oops"}, errors.TemporarilyRefused),
        (599, {}, errors.TemporarilyRefused),
        (307, {}, errors.RequestRefused),
        (204, {}, errors.RequestRefused),
    ],
)
def test_the_names_of_an_error_come_before_its_status(status, error, expected):
    body = json.dumps({"error": error}).encode()
    assert type(error_of_answer(status, report_from_body(body))) is expected


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"error": {"message": "No."}}', "No."),
        (b'[{"error": {"message": "No."}}]', "No."),
        (b'{"error": "No."}', "No."),
        (b'{"message": "No.", "code": 400}', "No."),
        (b'{"detail": "No."}', "No."),
        (b'{"detail": [{"msg": "No."}]}', '[{"msg": "No."}]'),
        (b'{"error": {"code": 7}}', '{"code": 7}'),
        (b'{"error": {"message": {"deep": 1}}}', '{"deep": 1}'),
        (
            b'{"error": {"message": "Provider error", "metadata": {"raw": "No."}}}',
            "Provider error: No.",
        ),
        (
            b'{"error": {"message": "Provider error", "metadata": {"raw": {"a": 1}}}}',
            'Provider error: {"a": 1}',
        ),
        (b'{"other": 1}', '{"other": 1}'),
        (b"<html>No.</html>", "<html>No.</html>"),
        (b"  No.\n", "No."),
        (b"7", "7"),
        (b"[]", "[]"),
        (b"", "status 400"),
        (b"\xff", "\ufffd"),
        (b"[" * 50_000, "[" * 50_000),
    ],
)
def test_a_refusal_says_what_its_body_says_in_whatever_shape(body, detail):
    assert error_of_answer(400, report_from_body(body)).detail == detail


@pytest.mark.parametrize(
    "junk", [None, [], {"metadata": 7, "availability": "x", "code": []}, 7, ""]
)
def test_junk_in_an_error_object_is_still_an_error(junk):
    assert isinstance(error_in_stream(report_from_json(junk)), errors.StreamBroken)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (429, 429),
        ("429", 429),
        ("rate", None),
        (True, None),
        (7, None),
        ("4290", None),
        ("²²²", None),
    ],
)
def test_a_code_is_a_status_where_it_looks_like_one(code, expected):
    assert report_from_json({"code": code}).code == expected


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "120"}, 120),
        ({"retry-after": "Fri, 20 Nov 2026 12:01:30 GMT"}, 90),
        ({"retry-after": "Fri, 20 Nov 2026 12:01:30"}, 90),
        ({"retry-after": "Fri, 20 Nov 2026 11:00:00 GMT"}, 0),
        ({"retry-after": "whenever"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
    ],
)
def test_the_time_to_wait_is_in_seconds(headers, seconds):
    assert retry_after(headers, NOW) == seconds


def test_a_wait_in_the_error_object_counts_where_the_headers_have_none():
    report = report_from_json({"code": 503, "availability": {"retry_after": 30}})
    assert error_of_answer(503, report).retry_after_seconds == 30
    assert error_of_answer(503, report, retry_after_seconds=4).retry_after_seconds == 4
    assert error_in_stream(report).retry_after_seconds == 30


def test_every_error_has_a_code_of_its_own():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    codes = [kind.error_code for kind in kinds]
    assert len(set(codes)) == len(codes)
