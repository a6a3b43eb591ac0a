from matching.enums import Resource
from matching.resources.details import COST
from matching.resources.kind import ResourceKind


class Other(ResourceKind):
    """Whatever has no name yet; its words say it all."""

    code = Resource.OTHER
    details = (COST,)
