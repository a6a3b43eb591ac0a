from matching.urls import doors, everyday, giving, ibasho, introducing, pro_bono, recommendations, searches, welcome

app_name = "matching"
# The everyday addresses come last: one of them takes any action of a post.
urlpatterns = [
    *doors.urlpatterns,
    *giving.urlpatterns,
    *pro_bono.urlpatterns,
    *recommendations.urlpatterns,
    *introducing.urlpatterns,
    *searches.urlpatterns,
    *ibasho.urlpatterns,
    *welcome.urlpatterns,
    *everyday.urlpatterns,
]
