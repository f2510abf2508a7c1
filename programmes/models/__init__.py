from .figures import Indicator, Observation
from .partners import Partner, PartnerName
from .places import CityMembership, Place, Region, RegionName
from .programmes import Cycle, Participation, Programme, Resource

__all__ = [
    "CityMembership",
    "Cycle",
    "Indicator",
    "Observation",
    "Participation",
    "Partner",
    "PartnerName",
    "Place",
    "Programme",
    "Region",
    "RegionName",
    "Resource",
]
