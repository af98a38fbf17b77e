"""A run as a file of its own: everything that was asked, said, decided and paid."""

from panels.exports.as_json import export_json
from panels.exports.markdown import export_markdown

__all__ = ["export_json", "export_markdown"]
