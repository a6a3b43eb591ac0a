from matching.models.appointments import Appointment, AppointmentDate, AppointmentReply
from matching.models.favourites import Favourite
from matching.models.inquiries import Inquiry
from matching.models.introduction import Introduction, Participant
from matching.models.offline import OfflineResponse
from matching.models.outcome import Ibasho, IbashoChange, Outcome
from matching.models.post import Post, PostRevision
from matching.models.pro_bono import ProBonoApplication, ProBonoCall, ProBonoHours
from matching.models.recommendation import PostEmbedding, Recommendation, RecommendationDismissal
from matching.models.searches import SavedSearch, SavedSearchHit, SearchBuild

__all__ = [
    "Appointment",
    "AppointmentDate",
    "AppointmentReply",
    "Favourite",
    "Ibasho",
    "IbashoChange",
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
]
