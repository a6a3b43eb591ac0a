"""A person's own data, and the end of an account."""

from django.urls import path

from members.views import personal_data

urlpatterns = [
    path("settings/data/", personal_data.my_data, name="my_data"),
    path("settings/data/download/", personal_data.my_data_json, name="my_data_json"),
    path("settings/delete/", personal_data.delete_account, name="delete_account"),
    path("account-deleted/", personal_data.account_deleted, name="account_deleted"),
    path("organisation/<int:pk>/data/", personal_data.organisation_data_json, name="organisation_data_json"),
]
