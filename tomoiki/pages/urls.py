from django.urls import path

from tomoiki.pages.views import contact, home, ibasho, me, organisation, organisations, texts

app_name = "pages"
urlpatterns = [
    path("", home.home, name="home"),
    path("me/", me.me, name="me"),
    path("about/", texts.about, name="about"),
    path("ibasho/", ibasho.ibasho, name="ibasho"),
    path("faq/", texts.faq, name="faq"),
    path("easy/", texts.easy, name="easy"),
    path("accessibility/", texts.accessibility, name="accessibility"),
    path("privacy/", texts.privacy, name="privacy"),
    path("terms/", texts.terms, name="terms"),
    path("contact/", contact.contact, name="contact"),
    path("contact/sent/", contact.sent, name="contact_sent"),
    path("organisations/", organisations.directory, name="organisations"),
    path("organisations/<int:pk>/", organisation.organisation, name="organisation"),
    path("robots.txt", texts.robots, name="robots"),
]
