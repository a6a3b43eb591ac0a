from django.urls import path

from tomoiki.conversations import views

app_name = "conversations"
urlpatterns = [
    path("<slug:kind>/<int:pk>/", views.report, name="report"),
    path("<slug:kind>/<int:pk>/sent/", views.report_sent, name="report_sent"),
]
