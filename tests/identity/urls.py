from django.http import HttpResponse
from django.urls import include, path

urlpatterns = [
    # A browser asks for it, and would say on its console that there is none.
    path("favicon.ico", lambda request: HttpResponse(status=204)),
    path("account/", include("allauth.account.urls")),
    path("", include("allauth.idp.urls")),
]
