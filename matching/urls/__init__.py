from matching.urls import everyday, giving, introducing, pro_bono, recommendations

app_name = "matching"
# The everyday addresses come last: one of them takes any action of a post.
urlpatterns = [
    *giving.urlpatterns,
    *pro_bono.urlpatterns,
    *recommendations.urlpatterns,
    *introducing.urlpatterns,
    *everyday.urlpatterns,
]
