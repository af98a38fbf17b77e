"""JSON schema → the `response_format` field."""

from typing import Any

SCHEMA_NAME = "answer"


def response_format(schema: dict[str, Any]) -> dict[str, Any]:
    """Strict where the schema allows it; a strict one of another shape is refused with 400."""
    named = {"name": SCHEMA_NAME, "strict": is_strict(schema), "schema": schema}
    return {"type": "json_schema", "json_schema": named}


def is_strict(schema: Any) -> bool:
    """Every object closes itself, and requires all of its properties.

    By platform.openai.com/docs/guides/structured-outputs, "Supported schemas".
    """
    if isinstance(schema, list):
        return all(is_strict(item) for item in schema)
    if not isinstance(schema, dict):
        return True
    if isinstance(schema.get("properties"), dict):
        required = schema.get("required", [])
        if schema.get("additionalProperties") is not False:
            return False
        if set(schema["properties"]) != set(required):
            return False
    return all(is_strict(value) for value in schema.values())
