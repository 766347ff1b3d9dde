"""The office's pages for appointments: rows that acts own are read-only, corrections call the acts."""

from appointments.admin import appointments, attendance, billing, fees, objections, policies, records, waivers

__all__ = ["appointments", "attendance", "billing", "fees", "objections", "policies", "records", "waivers"]
