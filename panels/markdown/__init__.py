"""Markdown as HTML that is safe, as plain text, and as a live text in final blocks."""

from panels.markdown.html import cited, render, render_synthesis
from panels.markdown.live import LiveMarkdown
from panels.markdown.plaintext import plain_text
from panels.markdown.settled import split_settled

__all__ = ["LiveMarkdown", "cited", "plain_text", "render", "render_synthesis", "split_settled"]
