"""Who may see everybody's spending and set people's caps."""

from django.contrib.auth.models import AnonymousUser, User

from panels.web.sign_in import LOCAL_USERNAME


def may_manage_money(user: User | AnonymousUser) -> bool:
    """Staff; and the local user, whose machine it is."""
    return user.is_staff or (user.is_authenticated and user.get_username() == LOCAL_USERNAME)
