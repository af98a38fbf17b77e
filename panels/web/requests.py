from django.contrib.auth.models import User
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class SignedInRequest(HttpRequest):
    """What a view behind `login_required` gets. For type checking; never made."""

    user: User
    htmx: HtmxDetails


async def signed_in_user(request: HttpRequest) -> User:
    """The user, in an asynchronous view behind `login_required`."""
    user = await request.auser()
    if not isinstance(user, User):
        raise TypeError("Only for views behind login_required.")
    return user
