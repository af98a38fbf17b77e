"""Bytes that a person brought → text that a model can be given."""

from panels.documents.apart import read_document_apart
from panels.documents.errors import UnreadableDocument
from panels.documents.limits import ReadingLimits
from panels.documents.names import safe_name
from panels.documents.reading import ReadDocument, read_document, read_pasted

__all__ = [
    "ReadDocument",
    "ReadingLimits",
    "UnreadableDocument",
    "read_document",
    "read_document_apart",
    "read_pasted",
    "safe_name",
]
