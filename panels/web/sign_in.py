"""Signing in and out, and the local user of a fresh machine who need do neither."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from panels.access import SHARE_LINKS
from panels.web.forms import SignInForm
from panels.web.loopback import is_loopback
from panels.web.sign_in_throttle import forget_failures, take_attempt

LOCAL_USERNAME = "local"
#: Session key: somebody signed out here, so nobody is signed in by itself.
SIGNED_OUT = "signed_out"
_BACKEND = "django.contrib.auth.backends.ModelBackend"

_WRONG = "This name and password do not match an account."
_THROTTLED = "Too many attempts with this name. Try again in 15 minutes."


class LocalUserMiddleware(MiddlewareMixin):
    """Signs the local user in by itself: switched on, on this very machine, and for no guest."""

    def process_request(self, request: HttpRequest) -> None:
        if _may_be_local(request) and not _is_spoken_for(request):
            _sign_local_user_in(request)


def _may_be_local(request: HttpRequest) -> bool:
    return settings.AUTO_SIGN_IN and is_loopback(request)


def _is_spoken_for(request: HttpRequest) -> bool:
    """Signed in, signed out on purpose, or here as a guest: about to be, or already."""
    return (
        request.path.startswith(reverse("join", args=["-"]).removesuffix("-/"))
        or request.user.is_authenticated
        or bool(request.session.get(SIGNED_OUT))
        or bool(request.session.get(SHARE_LINKS))
    )


def _sign_local_user_in(request: HttpRequest) -> None:
    # The name that others read beside this person's decisions.
    names = {"first_name": "Owner"}
    user, is_new = User.objects.get_or_create(username=LOCAL_USERNAME, defaults=names)
    if is_new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    if user.is_active:
        login(request, user, backend=_BACKEND)


@sensitive_post_parameters("password")
@never_cache
def sign_in(request: HttpRequest) -> HttpResponseBase:
    if request.headers.get("HX-Request"):
        return _send_whole_page_to_sign_in(request)
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        error = _try_to_sign_in(request, **form.cleaned_data)
        if not error:
            return redirect(_next_page(request))
        form.add_error(None, error)
    return render(
        request,
        "panels/pages/sign_in.html",
        {
            "form": form,
            "next": request.POST.get("next") or request.GET.get("next", ""),
            "can_continue_locally": _may_be_local(request),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def continue_locally(request: HttpRequest) -> HttpResponse:
    """Back in as the local user, where signing in by itself was put off."""
    if not _may_be_local(request):
        return redirect("sign_in")
    request.session.pop(SIGNED_OUT, None)
    _sign_local_user_in(request)
    return redirect(_next_page(request))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    request.session[SIGNED_OUT] = True
    return redirect("sign_in")


def _send_whole_page_to_sign_in(request: HttpRequest) -> HttpResponse:
    """A partial was asked for after the session ended: the page itself must go, not its part."""
    page = request.htmx.current_url_abs_path or ""  # type: ignore[attr-defined]
    target = resolve_url("sign_in") + "?" + urlencode({"next": page})
    return HttpResponse(status=401, headers={"HX-Redirect": target})


def _try_to_sign_in(request: HttpRequest, *, username: str, password: str) -> str:
    """Sign in; the sentence that says why not, or nothing."""
    address = request.META.get("REMOTE_ADDR", "")
    if not take_attempt(username, address):
        return _THROTTLED
    user = authenticate(request, username=username, password=password)
    if user is None:
        return _WRONG
    forget_failures(username, address)
    login(request, user)
    return ""


def _next_page(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else resolve_url(settings.LOGIN_REDIRECT_URL)
