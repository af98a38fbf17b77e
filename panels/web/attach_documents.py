"""Files and pasted text become the draft's documents; each that can't says why, beside its name."""

from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from panels.documents import (
    ReadDocument,
    ReadingLimits,
    UnreadableDocument,
    read_document_apart,
    read_pasted,
    safe_name,
)
from panels.models import Document, Run

#: Reading is work for the processor; more at once would only starve the rest.
READING_THREADS = 2
_READERS = ThreadPoolExecutor(READING_THREADS, thread_name_prefix="documents")

P = ParamSpec("P")
T = TypeVar("T")
ALREADY_ATTACHED = "The same text is attached already."


@dataclass(frozen=True)
class RefusedDocument:
    name: str
    error: str
    is_pasted: bool = False


@dataclass(frozen=True)
class AcceptedDocument:
    name: str
    size_bytes: int
    read: ReadDocument
    is_pasted: bool = False


async def read_uploads(
    uploads: Iterable[UploadedFile],
) -> list[AcceptedDocument | RefusedDocument]:
    return [await _read_upload(upload) for upload in uploads]


async def read_paste(name: str, text: str) -> AcceptedDocument | RefusedDocument:
    name = safe_name(name, fallback="Pasted text")
    size = len(text.encode())
    if size > settings.MOST_DOCUMENT_BYTES:
        return RefusedDocument(name, _too_large(), is_pasted=True)
    try:
        read = await _aside(read_pasted)(text, _limits())
    except UnreadableDocument as error:
        return RefusedDocument(name, str(error), is_pasted=True)
    if too_long := _too_long(read):
        return RefusedDocument(name, too_long, is_pasted=True)
    return AcceptedDocument(name, size, read, is_pasted=True)


@transaction.atomic
def attach(
    draft: Run, documents: Iterable[AcceptedDocument | RefusedDocument], now: datetime
) -> list[RefusedDocument]:
    """Store what was read, as far as there is room; what was refused, with the reasons."""
    Run.objects.select_for_update().get(pk=draft.pk)
    refused = []
    room = settings.MOST_DOCUMENTS - draft.documents.attached().count()
    for document in documents:
        if isinstance(document, RefusedDocument):
            refused.append(document)
        elif draft.documents.attached().filter(text=document.read.text).exists():
            refused.append(
                RefusedDocument(document.name, ALREADY_ATTACHED, is_pasted=document.is_pasted)
            )
        elif room <= 0:
            refused.append(
                RefusedDocument(document.name, _too_many(), is_pasted=document.is_pasted)
            )
        else:
            _store(draft, document, now)
            room -= 1
    return refused


async def _read_upload(upload: UploadedFile) -> AcceptedDocument | RefusedDocument:
    name = safe_name(upload.name or "")
    if (upload.size or 0) > settings.MOST_DOCUMENT_BYTES:
        return RefusedDocument(name, _too_large())
    data = await _aside(upload.read)()
    try:
        read = await _aside(read_document_apart)(name, data, _limits())
    except UnreadableDocument as error:
        return RefusedDocument(name, str(error))
    if too_long := _too_long(read):
        return RefusedDocument(name, too_long)
    return AcceptedDocument(name, len(data), read)


def _aside(function: Callable[P, T]) -> Callable[P, Awaitable[T]]:
    """On threads for this alone: large documents take seconds, and nobody else waits for them."""
    return sync_to_async(function, thread_sensitive=False, executor=_READERS)


def _limits() -> ReadingLimits:
    return ReadingLimits(most_bytes=settings.MOST_DOCUMENT_BYTES)


def _too_long(read: ReadDocument) -> str:
    most = settings.MOST_DOCUMENT_WORDS
    if read.word_count <= most:
        return ""
    return (
        f"It has {read.word_count:,} words; a document may have {most:,}. "
        "Attach the part that matters."
    )


def _store(draft: Run, document: AcceptedDocument, now: datetime) -> None:
    Document.objects.create(
        run=draft,
        name=document.name,
        kind=document.read.kind,
        text=document.read.text,
        word_count=document.read.word_count,
        size_bytes=document.size_bytes,
        created_at=now,
    )


def _too_large() -> str:
    most = in_megabytes(settings.MOST_DOCUMENT_BYTES)
    return f"It is larger than {most}. Attach the part that matters."


def in_megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1_000_000:.3g} MB"


def _too_many() -> str:
    return f"A run has at most {settings.MOST_DOCUMENTS} documents. Remove one to make room."
