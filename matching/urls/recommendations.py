from django.urls import path

from matching.views import recommendations

urlpatterns = [
    path("posts/<int:pk>/recommendations/", recommendations.post_recommendations, name="post_recommendations"),
    path(
        "my/<int:pk>/recommendations/",
        recommendations.organisation_recommendations,
        name="organisation_recommendations",
    ),
    path("posts/<int:pk>/dismiss/", recommendations.recommendation_dismiss, name="recommendation_dismiss"),
    path("posts/<int:pk>/dismissed/", recommendations.recommendation_dismissed, name="recommendation_dismissed"),
    path("posts/<int:pk>/undismiss/", recommendations.recommendation_restore, name="recommendation_restore"),
]
