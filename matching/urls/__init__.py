from matching.urls import everyday

app_name = "matching"
# The everyday addresses come last: one of them takes any action of a post.
urlpatterns = [
    *everyday.urlpatterns,
]
