"""The made parts of the Python client: types and calls, of `/openapi.json` and `/asyncapi.json`.

An object is a `TypedDict`: a client written today passes over fields that are added tomorrow, and nothing is copied.
"""

from __future__ import annotations

import inspect
import keyword
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from gateway.api.asyncapi import make_asyncapi
from gateway.api.openapi import make_openapi
from gateway.api.routes import PREFIX, ROUTES
from gateway.api.schema_references import referred_components
from gateway.api.shared_parts import resolved

Schema = Mapping[str, Any]

PACKAGE: Final = "clients/python/src/messaging_gateway_client"
_MADE: Final = "Made from the gateway's `/openapi.json` and `/asyncapi.json`: `make made` in its repository writes it."
_WIDTH: Final = 112
_PLAIN: Final = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_PAGE: Final = {"items", "next_cursor"}
_JSON: Final = ("application/json", "application/merge-patch+json")
_NOT_FOR_PEOPLE: Final = frozenset({"serve_assistant"})
"""Assistants speak their own protocol, with libraries of their own."""


def models() -> str:
    """Return the file of types."""
    openapi, asyncapi = _documents()
    schemas = {**_told(asyncapi), **openapi["components"]["schemas"]}
    lines = [
        f'"""What the gateway takes and answers.\n\n{_MADE}\n"""',
        "from __future__ import annotations",
        "from typing import Any, Literal, NotRequired, TypeAlias, TypedDict",
        "from messaging_gateway_client.pages import Page",
        *(_definition(name, schemas[name]) for name in sorted(schemas)),
        *_events(asyncapi),
    ]
    return _formatted("\n\n".join(lines))


def _told(asyncapi: Schema) -> dict[str, Any]:
    """Return the schemas that events carry."""
    messages = [ref["$ref"].rpartition("/")[2] for ref in asyncapi["channels"]["events"]["messages"].values()]
    carried = [asyncapi["components"]["messages"][name] for name in messages]
    schemas = asyncapi["components"]["schemas"]
    return {name: schemas[name] for name in referred_components(schemas, carried)}


def operations() -> str:
    """Return the file of calls."""
    openapi, _ = _documents()
    methods = [
        _method(verb.upper(), path, operation, openapi["components"])
        for path, item in openapi["paths"].items()
        for verb, operation in item.items()
        if operation["operationId"] not in _NOT_FOR_PEOPLE
    ]
    head = f'''"""Each call of the API as a method.

{_MADE}
"""

from __future__ import annotations

from typing import Any

from messaging_gateway_client import models
from messaging_gateway_client.calls import Caller, File, quoted


class Operations(Caller):
    """The calls of the API, by the names that they have at `/docs`."""
'''
    return _formatted("\n".join([head, *methods]))


def blocking_operations() -> str:
    """Return the file of calls that wait: that of the asyncio client, without its `async` and `await`."""
    source = operations().replace("    async def ", "    def ").replace("await self.call(", "self.call(")
    source = source.replace("import Caller, File", "import BlockingCaller, File")
    source = source.replace(
        '"""Each call of the API as a method.', '"""Each call of the API as a method that waits.', 1
    )
    return _formatted(source.replace("class Operations(Caller)", "class BlockingOperations(BlockingCaller)"))


def _documents() -> tuple[Schema, Schema]:
    return make_openapi(ROUTES, prefix=PREFIX, version="1"), make_asyncapi(version="1")


def _formatted(source: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", f"{PACKAGE}/made.py", "-"]
    return subprocess.run(command, input=source, capture_output=True, text=True, check=True).stdout


def _definition(name: str, schema: Schema) -> str:
    words = _docstring(schema.get("description", ""), {})
    if "enum" in schema:
        return f"{name}: TypeAlias = {_type(schema)}\n{words}"
    properties = schema.get("properties")
    if properties is None:
        return f"{name}: TypeAlias = {_type(schema)!r}\n{words}"
    if properties.keys() == _PAGE:
        return f"{name}: TypeAlias = {'Page[' + _type(properties['items']['items']) + ']'!r}\n{words}"
    fields = {field: _field_type(schema, field) for field in properties}
    if not all(map(_is_name, fields)):
        entries = ", ".join(f"{field!r}: {type_!r}" for field, type_ in fields.items())
        return f"{name} = TypedDict({name!r}, {{{entries}}})\n{words}"
    said = {field: one["description"] for field, one in properties.items() if "description" in one}
    words = _docstring(schema.get("description") or f"{name}.", said)
    return "\n".join([f"class {name}(TypedDict):", _indented(words), *(f"    {f}: {t}" for f, t in fields.items())])


def _is_name(text: str) -> bool:
    return text.isidentifier() and not keyword.iskeyword(text)


def _field_type(schema: Schema, field: str) -> str:
    type_ = _type(schema["properties"][field])
    return type_ if field in schema.get("required", ()) else f"NotRequired[{type_}]"


def _type(schema: Schema, within: str = "") -> str:
    """Return the type of a value; `within` goes before names of types."""
    if "$ref" in schema:
        return within + str(schema["$ref"]).rpartition("/")[2]
    values = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    if values:
        return f"Literal[{', '.join(map(repr, values))}]"
    choice = schema.get("anyOf") or schema.get("oneOf")
    if choice:
        return " | ".join(dict.fromkeys(_type(one, within) for one in choice))
    return _plain_type(schema, within)


def _plain_type(schema: Schema, within: str) -> str:
    match schema.get("type"):
        case "array":
            return f"list[{_type(schema.get('items') or schema.get('prefixItems', [{}])[0], within)}]"
        case "object":
            more = schema.get("additionalProperties")
            return f"dict[str, {_type(more, within) if isinstance(more, Mapping) else 'Any'}]"
        case str(plain):
            return _PLAIN[plain]
        case _:
            return "Any"


def _events(asyncapi: Schema) -> Iterator[str]:
    """Make a type of each event, and one of all."""
    names = []
    for type_, message in asyncapi["components"]["messages"].items():
        payload = message["payload"]
        if "data" not in payload["properties"]:
            continue
        names.append("".join(part.capitalize() for part in re.split(r"[._]", type_)) + "Event")
        words = _docstring(f"`{type_}`: {payload['description']}", {})
        fields = [f"    {field}: {_type(one)}" for field, one in payload["properties"].items()]
        yield "\n".join([f"class {names[-1]}(TypedDict):", _indented(words), *fields])
    yield f'AnyEvent: TypeAlias = {" | ".join(names)}\n"""An event; `type` tells which."""'


def _method(verb: str, path: str, operation: Schema, components: Schema) -> str:
    parameters = [resolved(one, components) for one in operation["parameters"]]
    in_path = [one["name"] for one in parameters if one["in"] == "path"]
    in_query = [one for one in parameters if one["in"] == "query"]
    creates = any(one["in"] == "header" for one in parameters)
    body = _body(operation)
    given = [*(f"{name}: str" for name in in_path), *body.positional]
    named = [*body.named, *(_query_argument(one) for one in in_query)]
    named += ["idempotency_key: str | None = None"] if creates else []
    arguments = ["self", *given, *(["/"] if given else []), *(["*", *named] if named else [])]
    address = re.sub(r"\{(\w+)\}", r"{quoted(\1)}", path)
    asked = [repr(verb), f'f"{address}"' if in_path else f'"{path}"', *body.passed]
    if in_query:
        pairs = ", ".join(f"{one['name']!r}: {_argument_name(one['name'])}" for one in in_query)
        asked.append(f"query={{{pairs}}}")
    asked += ["creates=True", "idempotency_key=idempotency_key"] if creates else []
    answer = _answer(operation)
    call = f"await self.call({', '.join(asked)})"
    lines = [call] if answer == "None" else [f"answer: {answer} = {call}", "return answer"]
    words = _docstring(f"{operation['summary']}.\n\n{operation['description']}", {})
    name = operation["operationId"]
    return f"    async def {name}({', '.join(arguments)}) -> {answer}:\n" + textwrap.indent(
        "\n".join([_indented(words)[4:].replace("\n    ", "\n"), *lines]), "        "
    )


class _Body:
    """How a method takes the body of its request."""

    def __init__(self, positional: Sequence[str] = (), passed: Sequence[str] = (), named: Sequence[str] = ()) -> None:
        self.positional, self.passed, self.named = positional, passed, named


def _body(operation: Schema) -> _Body:
    content = operation.get("requestBody", {}).get("content", {})
    for media_type in _JSON:
        if media_type in content:
            return _Body([f"body: {_type(content[media_type]['schema'], 'models.')}"], ["body=body"])
    return _Body(["file: File"], ["body=file"]) if content else _Body()


def _answer(operation: Schema) -> str:
    good = next(one for status, one in operation["responses"].items() if status.startswith("2"))
    content = good.get("content", {})
    kinds = [_type(one["schema"], "models.") if kind in _JSON else "bytes" for kind, one in content.items()]
    return " | ".join(kinds) or "None"


def _query_argument(parameter: Schema) -> str:
    type_ = _type(parameter["schema"], "models.")
    name = _argument_name(parameter["name"])
    if parameter["required"]:
        return f"{name}: {type_}"
    return f"{name}: {type_ if 'None' in type_.split(' | ') else f'{type_} | None'} = None"


def _argument_name(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) else name


def _docstring(words: str, said_of: Mapping[str, str]) -> str:
    """Return words as a docstring, with what is said of fields."""
    paragraphs = [part.strip() for part in inspect.cleandoc(words).split("\n\n") if part.strip()]
    if said_of:
        paragraphs.append(
            "Fields:\n" + "\n".join(_wrapped(f"{name}: {said}", "    ") for name, said in said_of.items())
        )
    text = "\n\n".join(paragraph if "\n    " in paragraph else _wrapped(paragraph) for paragraph in paragraphs)
    text = text.replace("\\", "\\\\").replace('"""', "'''")
    return f'"""{text}\n"""' if "\n" in text else f'"""{text}"""' if text else ""


def _wrapped(paragraph: str, indent: str = "") -> str:
    return textwrap.fill(
        " ".join(paragraph.split()),
        _WIDTH - len(indent),
        initial_indent=indent,
        subsequent_indent=indent * 2,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _indented(text: str) -> str:
    return textwrap.indent(text, "    ")


FILES: Final[Mapping[str, Callable[[], str]]] = {
    f"{PACKAGE}/models.py": models,
    f"{PACKAGE}/operations.py": operations,
    f"{PACKAGE}/blocking_operations.py": blocking_operations,
}
