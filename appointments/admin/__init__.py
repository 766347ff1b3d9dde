"""The office's pages for appointments: rows that acts own are read-only, corrections call the acts."""

from appointments.admin import appointments, fees, records

__all__ = ["appointments", "fees", "records"]
