from matching.models.appointments import Appointment, AppointmentDate, AppointmentReply
from matching.models.doors import Approach
from matching.models.favourites import Favourite
from matching.models.ibasho import Ibasho, IbashoAnswer, IbashoChange, IbashoMeasure, IbashoSurvey
from matching.models.inquiries import Inquiry
from matching.models.introduction import Introduction, Participant
from matching.models.offline import OfflineResponse
from matching.models.outcome import Outcome
from matching.models.post import Post, PostRevision
from matching.models.pro_bono import ProBonoApplication, ProBonoCall, ProBonoHours
from matching.models.recommendation import PostEmbedding, Recommendation, RecommendationDismissal
from matching.models.searches import SavedSearch, SavedSearchHit, SearchBuild
from matching.models.welcome import WelcomeConfirmation

__all__ = [
    "Appointment",
    "AppointmentDate",
    "AppointmentReply",
    "Approach",
    "Favourite",
    "Ibasho",
    "IbashoAnswer",
    "IbashoChange",
    "IbashoMeasure",
    "IbashoSurvey",
    "Inquiry",
    "Introduction",
    "OfflineResponse",
    "Outcome",
    "Participant",
    "Post",
    "PostEmbedding",
    "PostRevision",
    "ProBonoApplication",
    "ProBonoCall",
    "ProBonoHours",
    "Recommendation",
    "RecommendationDismissal",
    "SavedSearch",
    "SavedSearchHit",
    "SearchBuild",
    "WelcomeConfirmation",
]
