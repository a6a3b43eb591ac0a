from django.urls import path

from tomoiki.stories.views import consent, public, writing

app_name = "stories"
urlpatterns = [
    path("", public.stories, name="stories"),
    path("feed/", public.feed, name="feed"),
    path("mine/", writing.mine, name="mine"),
    path("new/", writing.new, name="new"),
    path("<int:pk>/", public.story, name="story"),
    path("<int:pk>/sheet/", public.sheet, name="sheet"),
    path("<int:pk>/edit/", writing.edit, name="edit"),
    path("<int:pk>/preview/", writing.preview, name="preview"),
    path("<int:pk>/ask/", writing.ask, name="ask"),
    path("<int:pk>/publish/", writing.publish, name="publish"),
    path("<int:pk>/withdraw/", writing.withdraw, name="withdraw"),
    path("<int:pk>/consent/", consent.decide, name="consent"),
    path("<int:pk>/consent/withdraw/", consent.take_back, name="take_back"),
    path("<int:pk>/persons/<int:person>/withdraw/", consent.person_out, name="person_out"),
]
