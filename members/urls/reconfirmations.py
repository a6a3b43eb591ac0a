"""Consents, and whether an organisation goes on."""

from django.urls import path

from members.views import reconfirmations

urlpatterns = [
    path("documents/<str:kind>/", reconfirmations.document_versions, name="document_versions"),
    path("documents/<str:kind>/<int:pk>/", reconfirmations.document, name="document"),
    path("documents/<str:kind>/<int:pk>/changes/", reconfirmations.document_changes, name="document_changes"),
    path("settings/consents/", reconfirmations.consents, name="consents"),
    path("organisation/<int:pk>/reconfirm/<int:campaign>/", reconfirmations.reconfirm, name="reconfirm"),
]
