from panels.access import Access
from panels.engine.review import Reviewer


def reviewer_of(access: Access) -> Reviewer:
    """Whoever speaks, as their words will be signed."""
    return Reviewer(
        name=access.name,
        user_id=access.user.pk if access.user else None,
        share_link_id=access.share_link.pk if access.share_link else None,
    )
