"""Why a document can't be read. The message is a sentence for the person who brought it.

UnreadableDocument
├── TooLarge             too_large     more bytes, pages or unpacked bytes than allowed
├── EmptyDocument        empty         nothing in it
├── WrongType            wrong_type    a kind of file that we don't read, or not what its name says
├── EncryptedDocument    encrypted     opens with a password only
├── NoTextInDocument     no_text       pictures of pages, without text
├── UnknownEncoding      encoding      bytes that are not text in any encoding we know
└── BrokenDocument       broken        the right kind, but it can't be opened
"""


class UnreadableDocument(Exception):
    code = "unreadable"


class TooLarge(UnreadableDocument):
    code = "too_large"


class EmptyDocument(UnreadableDocument):
    code = "empty"


class WrongType(UnreadableDocument):
    code = "wrong_type"


class EncryptedDocument(UnreadableDocument):
    code = "encrypted"


class NoTextInDocument(UnreadableDocument):
    code = "no_text"


class UnknownEncoding(UnreadableDocument):
    code = "encoding"


class BrokenDocument(UnreadableDocument):
    code = "broken"
