"""The staff's desk for matching: posts to check, pairs to bring together, what they say and what came of it."""

from matching.admin.doors import ApproachAdmin
from matching.admin.inquiries import InquiryAdmin
from matching.admin.introductions import IntroductionAdmin
from matching.admin.outcomes import IbashoAdmin, OutcomeAdmin
from matching.admin.posts import PostAdmin, PostRevisionAdmin

__all__ = [
    "ApproachAdmin",
    "IbashoAdmin",
    "InquiryAdmin",
    "IntroductionAdmin",
    "OutcomeAdmin",
    "PostAdmin",
    "PostRevisionAdmin",
]
