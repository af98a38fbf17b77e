"""Attaching documents to the draft, and taking them away."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from panels.models import Document, Run
from tests.web.rows import (
    HOSTILE,
    HTMX,
    NOWHERE,
    add_document,
    add_draft,
    add_run,
    assert_inert,
    page,
    words,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(owner: User) -> Run:
    return add_draft(owner)


def file(name: str, data: bytes = b"# Plan\n\nSplit it.") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def attach(client: Client, draft: Run, *files: SimpleUploadedFile, **typed: Any) -> HttpResponse:
    data = {"files": list(files), **typed}
    return client.post(f"/runs/new/{draft.pk}/documents/", data, headers=HTMX)


def attached(draft: Run) -> list[tuple[str, str, int]]:
    return list(draft.documents.order_by("pk").values_list("name", "kind", "word_count"))


def refusals(response: HttpResponse) -> list[str]:
    return [" ".join(row.get_text(" ").split()) for row in page(response).select(".refused li")]


def test_several_files_are_attached_at_once(owner_client: Client, draft: Run) -> None:
    response = attach(
        owner_client,
        draft,
        file("plan.md"),
        file("notes.txt", b"one two three"),
        file("page.html", b"<html><body><p>Hello there</p></body></html>"),
    )
    assert attached(draft) == [
        ("plan.md", "markdown", 4),
        ("notes.txt", "text", 3),
        ("page.html", "html", 2),
    ]
    assert [row.get_text() for row in page(response).select(".document-name")] == [
        "plan.md",
        "notes.txt",
        "page.html",
    ]


def test_a_stored_document_keeps_its_text_and_size(owner_client: Client, draft: Run) -> None:
    attach(owner_client, draft, file("plan.md"))
    document = Document.objects.get()
    assert (document.text, document.size_bytes) == ("# Plan\n\nSplit it.", 17)


def test_what_can_not_be_read_says_why_and_the_rest_is_kept(
    owner_client: Client, draft: Run
) -> None:
    response = attach(
        owner_client,
        draft,
        file("empty.md", b""),
        file("good.md"),
        file("liar.pdf", b"not a pdf at all"),
        question="Typed meanwhile",
    )
    assert [name for name, _, _ in attached(draft)] == ["good.md"]
    assert refusals(response) == [
        "⚠ empty.md This file is empty.",
        "⚠ liar.pdf This file is called .pdf but is not a PDF. Attach "
        + refusals(response)[1].partition(" Attach ")[2],
    ]
    draft.refresh_from_db()
    assert draft.question == "Typed meanwhile"


def test_a_file_that_is_too_large_is_named_with_the_limit(
    owner_client: Client, draft: Run, settings: Any
) -> None:
    settings.MOST_DOCUMENT_BYTES = 20_000
    response = attach(owner_client, draft, file("big.md", b"x" * 20_001))
    assert refusals(response) == [
        "⚠ big.md It is larger than 0.02 MB. Attach the part that matters."
    ]
    assert attached(draft) == []


def test_too_many_words_are_refused_with_both_numbers(
    owner_client: Client, draft: Run, settings: Any
) -> None:
    settings.MOST_DOCUMENT_WORDS = 1000
    response = attach(owner_client, draft, file("long.txt", b"word " * 1001))
    assert refusals(response) == [
        "⚠ long.txt It has 1,001 words; a document may have 1,000. Attach the part that matters."
    ]


def test_there_is_room_for_so_many_documents_only(
    owner_client: Client, draft: Run, settings: Any
) -> None:
    settings.MOST_DOCUMENTS = 2
    add_document(draft)
    files = file("second.md"), file("third.md", b"Another plan.")
    response = attach(owner_client, draft, *files)
    assert [name for name, _, _ in attached(draft)] == ["adr-014.md", "second.md"]
    assert refusals(response) == [
        "⚠ third.md A run has at most 2 documents. Remove one to make room."
    ]


def test_pasted_text_becomes_a_document_and_leaves_the_field(
    owner_client: Client, draft: Run
) -> None:
    response = attach(owner_client, draft, paste_name="Minutes", paste_text="We agreed on it.")
    assert attached(draft) == [("Minutes", "pasted", 4)]
    assert words(response, "#paste-text") == ""
    assert not page(response).select_one("details").has_attr("open")


def test_pasted_text_without_a_name_gets_one(owner_client: Client, draft: Run) -> None:
    attach(owner_client, draft, paste_text="We agreed on it.")
    assert attached(draft) == [("Pasted text", "pasted", 4)]


def test_refused_pasted_text_stays_in_its_field(
    owner_client: Client, draft: Run, settings: Any
) -> None:
    settings.MOST_DOCUMENT_WORDS = 2
    response = attach(owner_client, draft, paste_name="Minutes", paste_text="far too many words")
    assert words(response, "#paste-text") == "far too many words"
    assert page(response).select_one("details").has_attr("open")
    assert refusals(response) == [
        "⚠ Minutes It has 4 words; a document may have 2. Attach the part that matters."
    ]


def test_pasted_text_that_is_too_large_is_refused(
    owner_client: Client, draft: Run, settings: Any
) -> None:
    settings.MOST_DOCUMENT_BYTES = 10_000
    response = attach(owner_client, draft, paste_text="x" * 10_001)
    assert refusals(response)[0].startswith("⚠ Pasted text It is larger than 0.01 MB.")


def test_a_name_that_is_too_long_says_so_beside_its_field(owner_client: Client, draft: Run) -> None:
    response = attach(owner_client, draft, paste_name="n" * 201, paste_text="text")
    assert words(response, "#paste-name-error") == "A name has at most 200 characters."
    assert words(response, "#paste-text") == "text"
    assert attached(draft) == []


@pytest.mark.parametrize(
    ("sent", "stored"),
    [("../../etc/passwd.md", "passwd.md"), ("a\x07b\u202ec.md", "abc.md"), ("…", "…")],
)
def test_names_are_made_safe(owner_client: Client, draft: Run, sent: str, stored: str) -> None:
    attach(owner_client, draft, file(sent))
    assert [name for name, _, _ in attached(draft)] == [stored]


def test_hostile_names_stay_inert(owner_client: Client, draft: Run) -> None:
    attach(owner_client, draft, paste_name=HOSTILE, paste_text="text")
    response = attach(owner_client, draft, paste_name=HOSTILE, paste_text="\x00")
    assert_inert(response)


def test_without_scripts_the_page_comes_back_whole(owner_client: Client, draft: Run) -> None:
    address = f"/runs/new/{draft.pk}/documents/"
    response = owner_client.post(address, {"files": [file("plan.md")], "question": "Typed"})
    assert (response.status_code, response["Location"]) == (302, "/runs/new/")
    response = owner_client.post(
        address,
        {"files": [file("empty.md", b"")], "question": "Still", "preset": "security-review"},
    )
    assert response.status_code == 422
    assert page(response).select_one("#id_question").get_text() == "\nStill"
    assert page(response).select_one("[name=preset][checked]")["value"] == "security-review"
    assert refusals(response) == ["⚠ empty.md This file is empty."]


def test_a_document_can_be_removed(owner_client: Client, draft: Run) -> None:
    kept, removed = add_document(draft, name="kept.md"), add_document(draft)
    response = owner_client.post(
        f"/runs/new/{draft.pk}/documents/{removed.pk}/remove/", {"question": "Q"}, headers=HTMX
    )
    assert list(draft.documents.attached()) == [kept]
    assert words(response, ".document-name") == "kept.md"


def test_a_removed_document_is_put_back_by_undo(owner_client: Client, draft: Run) -> None:
    document = add_document(draft, name="plan.md")
    address = f"/runs/new/{draft.pk}/documents/{document.pk}"
    removed = owner_client.post(f"{address}/remove/", headers=HTMX)
    assert "Removed plan.md" in words(removed, ".removed-document")
    response = owner_client.post(f"{address}/restore/", headers=HTMX)
    assert words(response, ".document-name") == "plan.md"
    assert list(draft.documents.attached()) == [document]
    assert owner_client.post(f"{address}/restore/", headers=HTMX).status_code == 404


def test_a_removed_document_is_gone_once_the_run_starts(owner_client: Client, draft: Run) -> None:
    kept, removed = add_document(draft, name="kept.md"), add_document(draft)
    owner_client.post(f"/runs/new/{draft.pk}/documents/{removed.pk}/remove/", headers=HTMX)
    form = {"question": "Safe?", "preset": "architecture-review"}
    owner_client.post(f"/runs/new/{draft.pk}/start/", form)
    assert list(draft.documents.all()) == [kept]


def test_nobody_else_puts_a_document_back(
    teammate_client: Client, owner_client: Client, draft: Run
) -> None:
    document = add_document(draft)
    address = f"/runs/new/{draft.pk}/documents/{document.pk}"
    owner_client.post(f"{address}/remove/", headers=HTMX)
    assert teammate_client.post(f"{address}/restore/", headers=HTMX).status_code == 404
    assert not draft.documents.attached().exists()


def test_adding_a_document_brings_the_calls_up_to_date(owner_client: Client, draft: Run) -> None:
    response = attach(owner_client, draft, file("plan.md"))
    assert [part["hx-target"] for part in page(response).select("hx-partial")] == [
        "#calls",
        "#summary",
        "#one-model",
    ]


def test_nobody_else_can_attach_or_remove(
    teammate_client: Client, stranger_client: Client, owner_client: Client, draft: Run, owner: User
) -> None:
    document = add_document(draft)
    remove = f"/runs/new/{draft.pk}/documents/{document.pk}/remove/"
    assert attach(teammate_client, draft, file("plan.md")).status_code == 404
    assert teammate_client.post(remove).status_code == 404
    assert attach(stranger_client, draft, file("plan.md")).status_code == 302
    assert stranger_client.post(remove).status_code == 302
    assert owner_client.post(f"/runs/new/{NOWHERE}/documents/").status_code == 404
    assert draft.documents.get() == document


def test_a_started_run_keeps_its_documents(owner_client: Client, owner: User) -> None:
    run = add_run(owner)
    document = add_document(run)
    assert attach(owner_client, run, file("plan.md")).status_code == 404
    remove = f"/runs/new/{run.pk}/documents/{document.pk}/remove/"
    assert owner_client.post(remove).status_code == 404
    assert run.documents.count() == 1


def test_a_document_of_another_run_is_not_removed(
    owner_client: Client, draft: Run, owner: User
) -> None:
    document = add_document(add_run(owner))
    remove = f"/runs/new/{draft.pk}/documents/{document.pk}/remove/"
    assert owner_client.post(remove).status_code == 404


def test_the_same_text_is_not_attached_twice(owner_client: Client, draft: Run) -> None:
    attach(owner_client, draft, file("plan.md"))
    response = attach(owner_client, draft, file("copy-of-plan.md"))
    assert "The same text is attached already." in words(response, ".refused")
    assert [document.name for document in draft.documents.all()] == ["plan.md"]
