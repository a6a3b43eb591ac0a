"""The demo's own pages; included by the project's URLs in the demo only."""

from django.urls import path

from tomoiki.embedded import views

app_name = "embedded"
urlpatterns = [
    path("mail/", views.mail_list, name="mail"),
    path("mail/<slug:name>/", views.mail_detail, name="mail_detail"),
    path("mail/<slug:name>/html/", views.mail_html, name="mail_html"),
]
