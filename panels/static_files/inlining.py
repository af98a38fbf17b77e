"""A stylesheet or an ES module with everything that it imports put in place: one request for all.

Stylesheets stand one after the other, as `@import` would have them. A module becomes a function
that is called once, in the order of imports, and gives what it exports:

    const m0 = (() => { …the module…; return { showMessage }; })();
    const m1 = (() => { const { showMessage } = m0; …; return {}; })();

That holds for the imports and exports that our files use. Any other form is refused by name, rather
than served broken: `UnknownImport`.
"""

import posixpath
import re
from collections.abc import Callable

#: The text of a file, by its path below `static/`.
Read = Callable[[str], str]

_CSS_IMPORT = re.compile(r'^@import "(\./[\w./-]+\.css)";\n', re.MULTILINE)
_CSS_OTHER = re.compile(r"@import\b|\burl\((?!data:|#)")
_JS_IMPORT = re.compile(
    r'^import (?:\{(?P<names>[^}]*)\} from )?"(?P<path>\./[\w./-]+\.js)";$', re.MULTILINE
)
_JS_EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*?|const|class) (\w+))", re.MULTILINE)
_JS_OTHER = re.compile(r"^(?:import|export)\b|\bimport(?:\.meta|\()|^await\b", re.MULTILINE)


class UnknownImport(ValueError):
    """A file imports or exports in a way that can't be put in place, or imports go in a circle."""


def inline_styles(path: str, read: Read) -> str:
    return "".join(_styles(path, read, ()))


def inline_modules(path: str, read: Read) -> str:
    modules: dict[str, str] = {}
    _collect(path, read, (), modules)
    return "".join(modules.values())


def _styles(path: str, read: Read, above: tuple[str, ...]) -> list[str]:
    _refuse_circle(path, above)
    text = read(path)
    parts = []
    for found in _CSS_IMPORT.finditer(text):
        parts += _styles(_beside(path, found[1]), read, (*above, path))
    own = _CSS_IMPORT.sub("", text)
    _refuse_others(path, own, _CSS_OTHER)
    return [*parts, own]


def _collect(path: str, read: Read, above: tuple[str, ...], modules: dict[str, str]) -> None:
    """Adds the module after all that it imports; its place among them is its name."""
    _refuse_circle(path, above)
    if path in modules:
        return
    text = read(path)
    for found in _JS_IMPORT.finditer(text):
        _collect(_beside(path, found["path"]), read, (*above, path), modules)
    names = {imported: f"m{number}" for number, imported in enumerate(modules)}

    def take(found: re.Match[str]) -> str:
        wanted = (found["names"] or "").replace(" as ", ": ").strip().rstrip(",")
        return f"const {{ {wanted} }} = {names[_beside(path, found['path'])]};" if wanted else ""

    exported = ", ".join(_JS_EXPORT.findall(text))
    body = _JS_EXPORT.sub("", _JS_IMPORT.sub(take, text)).strip()
    _refuse_others(path, body, _JS_OTHER)
    modules[path] = f"const m{len(modules)} = (() => {{\n{body}\nreturn {{ {exported} }};\n}})();\n"


def _beside(path: str, relative: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), relative))


def _refuse_circle(path: str, above: tuple[str, ...]) -> None:
    if path in above:
        raise UnknownImport(f"{path} imports itself by way of {above[-1]}.")


def _refuse_others(path: str, text: str, pattern: re.Pattern[str]) -> None:
    if found := pattern.search(text):
        line = text[: found.start()].count("\n")
        raise UnknownImport(f"{path} can't be served in one piece: {text.splitlines()[line]}")
