"""The deployment, and the people who give care."""

from practice.celery import app as celery_app

__all__ = ["celery_app"]
