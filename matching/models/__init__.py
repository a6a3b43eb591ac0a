from matching.models.introduction import Introduction, Participant
from matching.models.offline import OfflineResponse
from matching.models.outcome import Ibasho, IbashoChange, Outcome
from matching.models.post import Post, PostRevision
from matching.models.pro_bono import ProBonoApplication, ProBonoCall, ProBonoHours

__all__ = [
    "Ibasho",
    "IbashoChange",
    "Introduction",
    "OfflineResponse",
    "Outcome",
    "Participant",
    "Post",
    "PostRevision",
    "ProBonoApplication",
    "ProBonoCall",
    "ProBonoHours",
]
