"""The cards of a run's page as HTML: the same for the page, an action's reply and the websocket.

Each has one root element with a fixed id:

    render_head         #run-head         render_review       #review-progress
    render_answer       #seat-A           render_review_foot  #review-foot
    render_answer_meta  #seat-A-meta      render_synthesis    #synthesis
    render_critique     #critique-3       render_ledger       #ledger
    render_group        #group-remark         render_escalation   #escalation

Swap them with `outerMorph`, which keeps scroll places, focus and what is folded open; append a new
critique to `#group-<kind>` with `beforeend`. `tests/cards/test_rendering.py` holds them to it.
"""

from panels.cards.rendering import (
    render_answer,
    render_answer_meta,
    render_columns,
    render_critique,
    render_escalation,
    render_group,
    render_head,
    render_ledger,
    render_review,
    render_review_foot,
    render_swipe_tabs,
    render_synthesis,
    render_wishes,
    run_page_context,
)

__all__ = [
    "render_answer",
    "render_answer_meta",
    "render_columns",
    "render_critique",
    "render_escalation",
    "render_group",
    "render_head",
    "render_ledger",
    "render_review",
    "render_review_foot",
    "render_swipe_tabs",
    "render_synthesis",
    "render_wishes",
    "run_page_context",
]
