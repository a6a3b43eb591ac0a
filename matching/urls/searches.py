from django.urls import path

from matching.views import searches

urlpatterns = [
    path("my/searches/", searches.saved_searches, name="saved_searches"),
    path("my/searches/new/", searches.saved_search_new, name="saved_search_new"),
    path("my/searches/<int:pk>/", searches.saved_search, name="saved_search"),
    path("my/searches/<int:pk>/edit/", searches.saved_search_edit, name="saved_search_edit"),
    path("my/searches/<int:pk>/forget/", searches.saved_search_forget, name="saved_search_forget"),
]
