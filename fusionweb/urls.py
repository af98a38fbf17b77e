from django.urls import include, path

urlpatterns = [path("", include("panels.web.urls"))]

handler400 = "panels.web.error_pages.bad_request"
handler403 = "panels.web.error_pages.forbidden"
handler404 = "panels.web.error_pages.not_found"
handler500 = "panels.web.error_pages.server_error"
