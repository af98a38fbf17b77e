"""Tool calls: their fragments in a stream → whole calls, and calls → the request's form. Pure.

By the protocol a call comes in fragments that carry its `index`, the first one with id and name.
Servers differ: Ollama sends a whole call in one chunk, and older builds gave parallel calls the
same index; some leave index or id out, or give the arguments as an object.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from panels.providers.errors import UnreadableStream
from panels.providers.requests import Message, ToolSpec
from panels.providers.stream import ToolCalled

#: Arguments are held in memory until the answer ends.
MOST_ARGUMENT_CHARACTERS = 2_000_000
MOST_CALLS = 128


@dataclass
class _Call:
    index: int | None
    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)
    extra: Any = None


class ToolCallAssembler:
    def __init__(self) -> None:
        self._calls: list[_Call] = []
        self._characters = 0

    @property
    def has_calls(self) -> bool:
        return any(call.name for call in self._calls)

    def feed(self, delta: dict[str, Any]) -> None:
        """:raises UnreadableStream: for calls without end."""
        fragments = delta.get("tool_calls")
        for fragment in fragments if isinstance(fragments, list) else []:
            if isinstance(fragment, dict):
                self._take(fragment)

    def calls(self) -> Iterator[ToolCalled]:
        """The whole calls, in the order in which they began. One without a name is none."""
        named = [call for call in self._calls if call.name]
        for number, call in enumerate(named, 1):
            yield ToolCalled(
                id=call.id or f"call_{number}",
                name=call.name,
                arguments_json="".join(call.arguments).strip() or "{}",
                extra_json="" if call.extra is None else as_json(call.extra),
            )

    def _take(self, fragment: dict[str, Any]) -> None:
        function = fragment.get("function")
        function = function if isinstance(function, dict) else {}
        name, call_id = _text(function.get("name")), _text(fragment.get("id"))
        call = self._call_of(fragment.get("index"), call_id, name)
        call.id = call.id or call_id
        call.name = call.name or name
        call.extra = fragment.get("extra_content") or call.extra
        self._add_arguments(call, function.get("arguments"))

    def _call_of(self, index: Any, call_id: str, name: str) -> _Call:
        index = index if isinstance(index, int) else None
        known = self._known(index, call_id, name)
        if known is None:
            known = _Call(index)
            self._calls.append(known)
            if len(self._calls) > MOST_CALLS:
                raise UnreadableStream(f"The answer asks for more than {MOST_CALLS} tools.")
        return known

    def _known(self, index: int | None, call_id: str, name: str) -> _Call | None:
        """The call that a fragment goes on with. A new id together with a name begins a new one."""
        if index is not None:
            same = [call for call in self._calls if call.index == index]
        elif call_id:
            same = [call for call in self._calls if call.id == call_id]
        else:
            same = [] if name else self._calls
        latest = same[-1] if same else None
        begins = name and call_id and latest and latest.id and latest.id != call_id
        return None if begins else latest

    def _add_arguments(self, call: _Call, arguments: Any) -> None:
        if isinstance(arguments, dict):
            arguments = as_json(arguments)
        if not isinstance(arguments, str):
            return
        self._characters += len(arguments)
        if self._characters > MOST_ARGUMENT_CHARACTERS:
            raise UnreadableStream("The answer asks for a tool with arguments without end.")
        call.arguments.append(arguments)


def tools_fields(tools: tuple[ToolSpec, ...], choice: str) -> dict[str, Any]:
    """The fields of a request. "auto" is what holds without saying it, and saying it keeps some
    of a router's endpoints from answering."""
    functions = [
        {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
        for tool in tools
    ]
    body: dict[str, Any] = {"tools": [{"type": "function", "function": f} for f in functions]}
    if choice in ("none", "required"):
        body["tool_choice"] = choice
    elif choice and choice != "auto":
        body["tool_choice"] = {"type": "function", "function": {"name": choice}}
    return body


def message_json(
    message: Message, returned_reasoning: Callable[[Message], dict[str, Any]]
) -> dict[str, Any]:
    content = _sendable(message.content)
    plain: dict[str, Any] = {"role": message.role, "content": content}
    if message.tool_call_id:
        plain["tool_call_id"] = message.tool_call_id
    if message.tool_calls:
        # Some servers refuse an empty text, and all take none beside calls.
        plain["content"] = content or None
        plain["tool_calls"] = [call_json(call) for call in message.tool_calls]
        plain |= returned_reasoning(message)
    return plain


def call_json(call: ToolCalled) -> dict[str, Any]:
    """A call as an assistant's message repeats it."""
    function = {"name": _sendable(call.name), "arguments": _object_or_empty(call.arguments_json)}
    repeated: dict[str, Any] = {"id": call.id, "type": "function", "function": function}
    if call.extra_json:
        repeated["extra_content"] = json.loads(call.extra_json)
    return repeated


def _sendable(text: str) -> str:
    """A page's title, or what a model wrote, can hold half of a surrogate pair: UTF-8 can't."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _object_or_empty(arguments_json: str) -> str:
    """Servers parse what they get back: broken arguments would break the whole request."""
    try:
        is_object = isinstance(json.loads(arguments_json), dict)
    except (ValueError, RecursionError):
        is_object = False
    return arguments_json if is_object else "{}"


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_number)


def _number(value: Any) -> float:
    """The parser reads fractions as Decimal."""
    assert isinstance(value, Decimal)
    return float(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
