"""Imports put in place: what comes out runs as the modules would have, or is refused."""

import pytest

from panels.static_files.inlining import UnknownImport, inline_modules, inline_styles


def test_styles_stand_in_the_order_of_their_imports() -> None:
    files = {
        "css/site.css": '/* All. */\n@import "./tokens.css";\n@import "./base.css";\nb {}\n',
        "css/tokens.css": ":root { --a: 1px }\n",
        "css/base.css": "a { top: var(--a) }\n",
    }
    assert inline_styles("css/site.css", files.__getitem__) == (
        ":root { --a: 1px }\na { top: var(--a) }\n/* All. */\nb {}\n"
    )


def test_a_module_becomes_a_function_that_is_called_once_after_those_that_it_imports() -> None:
    files = {
        "js/page.js": 'import { show } from "./show.js";\nimport { other } from "./other.js";\n'
        "show(other);\n",
        "js/other.js": 'import { show as say } from "./show.js";\nexport const other = say(1);\n',
        "js/show.js": "export function show(text) { return text; }\nexport class Box {}\n",
    }
    assert inline_modules("js/page.js", files.__getitem__) == (
        "const m0 = (() => {\n"
        "function show(text) { return text; }\nclass Box {}\n"
        "return { show, Box };\n})();\n"
        "const m1 = (() => {\n"
        "const { show: say } = m0;\nconst other = say(1);\n"
        "return { other };\n})();\n"
        "const m2 = (() => {\n"
        "const { show } = m0;\nconst { other } = m1;\nshow(other);\n"
        "return {  };\n})();\n"
    )


def test_an_import_for_its_effect_alone_brings_the_module_and_no_names() -> None:
    files = {"page.js": 'import "./effect.js";\n\nlast();\n', "effect.js": "first();\n"}
    assert inline_modules("page.js", files.__getitem__) == (
        "const m0 = (() => {\nfirst();\nreturn {  };\n})();\n"
        "const m1 = (() => {\nlast();\nreturn {  };\n})();\n"
    )


@pytest.mark.parametrize(
    "line",
    [
        'import page from "./page.js";',
        'import * as page from "./page.js";',
        'import { page } from "/page.js";',
        "export default function page() {}",
        "export let page = 1;",
        'export { page } from "./page.js";',
        'const later = import("./page.js");',
        "const here = import.meta.url;",
        "await started;",
    ],
)
def test_a_module_that_cannot_be_put_in_place_is_refused_by_its_line(line: str) -> None:
    with pytest.raises(UnknownImport, match=r"^a\.js can't be served in one piece: ") as refused:
        inline_modules("a.js", {"a.js": f"first();\n{line}\n"}.__getitem__)
    assert str(refused.value).endswith(line)


@pytest.mark.parametrize(
    "line", ['@import url("./b.css");', "@import 'b.css';", "a { background: url(b.png) }"]
)
def test_a_stylesheet_that_names_other_files_by_address_is_refused(line: str) -> None:
    """Under a name made of its content, an address beside it would lead nowhere."""
    with pytest.raises(UnknownImport, match=r"a\.css can't be served in one piece"):
        inline_styles("a.css", {"a.css": f"{line}\n"}.__getitem__)


def test_a_picture_inside_a_stylesheet_stays_in_it() -> None:
    text = "a { background: url(data:image/gif;base64,R0lGOD) }\n"
    assert inline_styles("a.css", {"a.css": text}.__getitem__) == text


def test_imports_in_a_circle_are_refused() -> None:
    modules = {"a.js": 'import { b } from "./b.js";\n', "b.js": 'import { a } from "./a.js";\n'}
    with pytest.raises(UnknownImport, match=r"a\.js imports itself by way of b\.js"):
        inline_modules("a.js", modules.__getitem__)
    styles = {"a.css": '@import "./a.css";\n'}
    with pytest.raises(UnknownImport, match=r"a\.css imports itself by way of a\.css"):
        inline_styles("a.css", styles.__getitem__)
