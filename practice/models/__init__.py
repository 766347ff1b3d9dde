"""The deployment, and the people who give care."""

from practice.models.deployment import Practice
from practice.models.policy import FeePolicy, Holiday
from practice.models.provider import Provider, TimeOff, WeeklyHours
from practice.models.user import User

__all__ = ["FeePolicy", "Holiday", "Practice", "Provider", "TimeOff", "User", "WeeklyHours"]
