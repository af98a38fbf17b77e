import gzip

from panels.static_files.catalogue import make_catalogue

FILES = {
    "css/a.css": b'@import "./b.css";\n' + b"a { top: 0 }\n" * 50,
    "css/b.css": b"b { top: 0 }\n",
    "lib/vendor/x.js": b"export default 1;\n",
    "icon.svg": b"<svg/>",
}


def test_a_file_is_named_by_what_it_is_with_all_that_it_imports() -> None:
    before = make_catalogue(FILES, FILES.__getitem__)
    changed = FILES | {"css/b.css": b"b { top: 1px }\n"}
    after = make_catalogue(changed, changed.__getitem__)
    assert before.paths.keys() == FILES.keys()
    differing = {path for path in FILES if before.paths[path] != after.paths[path]}
    assert differing == {"css/a.css", "css/b.css"}


def test_a_served_file_has_its_type_its_text_and_its_compressed_text() -> None:
    catalogue = make_catalogue(FILES, FILES.__getitem__)
    file = catalogue.files[catalogue.paths["css/a.css"]]
    assert file.content_type == "text/css; charset=utf-8"
    assert file.body == b"b { top: 0 }\n" + b"a { top: 0 }\n" * 50
    assert file.gzipped is not None
    assert gzip.decompress(file.gzipped) == file.body


def test_what_would_grow_is_not_compressed() -> None:
    catalogue = make_catalogue(FILES, FILES.__getitem__)
    icon = catalogue.files[catalogue.paths["icon.svg"]]
    assert (icon.content_type, icon.body, icon.gzipped) == ("image/svg+xml", b"<svg/>", None)


def test_vendored_files_are_served_as_they_came() -> None:
    catalogue = make_catalogue(FILES, FILES.__getitem__)
    assert catalogue.files[catalogue.paths["lib/vendor/x.js"]].body == b"export default 1;\n"
