"""What a provider says when canceling, and what each choice brings for this appointment at this instant."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS

from appointments import (
    care_now,
    drafts,
    fee_steps,
    fee_words,
    late_requests,
    late_words,
    refusals,
    terms,
    waiver_requests,
)
from appointments.assessments import NOTHING, Assessment, Cause
from appointments.care_now import CareNow
from appointments.drafts import Answers, Notes
from appointments.fee_steps import StepLine
from appointments.fee_words import Story
from appointments.fees import FeeChoice, FeeDecision
from appointments.forms.fees import FeeFields
from appointments.forms.notes import NoteField
from appointments.forms.told import EARLIER, ToldFields
from appointments.models import Appointment, CancellationReason, LateRequest
from practice.actors import ActorKind
from practice.models import FeePolicy
from practice.zones import length, local

STILL_BOOKED = "Nothing is canceled yet."
# The mail says nothing of these, so their mistakes keep nobody from seeing it.
NOT_MAILED = {"private_note", "why", "fee_shown", NON_FIELD_ERRORS}


@dataclass(frozen=True)
class Option:
    """A reason as the form lists it, with its consequences for this appointment now."""

    reason: CancellationReason
    id: str
    words: str
    owes: Decimal
    chosen: bool

    @property
    def client_caused(self) -> bool:
        return self.reason.caused_by == Cause.CLIENT


class CancelForm(ToldFields, FeeFields):
    """``policy`` is the one in force and ``at`` the instant by which all of it is judged.

    ``fee_preset`` says what the fee on the page was preset to, so that a reason chosen later is not
    taken for a choice of Charge or Waive.
    """

    reason = forms.ChoiceField(
        label="Reason",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose a reason.",
            "invalid_choice": "This reason is no longer offered. Choose another one.",
        },
    )
    note_to_client = NoteField(label="Note")
    private_note = NoteField(label="Private note")
    # Two boxes, each with its own preset: the page shows the one that fits the reason, also without a script.
    send_link = forms.BooleanField(required=False, initial=True)
    send_link_anyway = forms.BooleanField(required=False, initial=False)
    fee_preset = forms.CharField(required=False, widget=forms.HiddenInput)
    pass_shown = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, appointment: Appointment, policy: FeePolicy, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.appointment, self.policy, self.at = appointment, policy, at
        self.asked = late_requests.to_approve(appointment, at=at)
        self.zone = appointment.provider.time_zone
        self.said_at: datetime | None = None
        called = appointment.client.called
        self.reasons = {str(reason.pk): reason for reason in CancellationReason.objects.for_providers()}
        if self.asked is not None:
            self.reasons = {str(self.asked.reason_id): self.asked.reason} | self.reasons
        reason_field = self.fields["reason"]
        assert isinstance(reason_field, forms.ChoiceField)
        reason_field.choices = [(pk, reason.for_provider(called)) for pk, reason in self.reasons.items()]
        self.fields["note_to_client"].label = f"Note to {called}"
        self.fields["told"].label = f"When did {called} tell you?"
        today = local(at, self.zone).date()
        self.fields["told_date"].initial = today
        booked_on = local(appointment.booked_at, self.zone).date()
        self.fields["told_date"].widget.attrs |= {"min": booked_on.isoformat(), "max": today.isoformat()}

    def clean(self) -> None:
        said_at = self._as_asked(self.told_then(self.appointment, at=self.at))
        self.said_at = late_requests.told_at(said_at, asked=self.asked, at=self.at)
        if self.picked and self.picked.caused_by != Cause.CLIENT:
            self.forget("told", "told_date", "told_time")
        story = self.story
        if story is None:
            return
        if self.shown != story.assessment.amount or not self.is_to_choose:
            # What was decided about another amount is not held against anybody.
            self.forget("fee", "reduced_to", "why")
        try:
            drafts.check_shown(self.appointment, self.assessment, shown=self.shown)
        except refusals.FeeChanged as refusal:
            self.add_error(None, str(refusal))
            return
        if self.is_to_choose:
            self.check_decision(story)
            self._check_seen()

    def _check_seen(self) -> None:
        """What stands preselected now is what stood so on the page."""
        if self._preset_was_another:
            preset = {FeeChoice.WAIVE: "waived", FeeChoice.COVER: "covered by a free pass"}.get(self.preset, "charged")
            self.add_error(None, f"With this reason the fee is {preset} unless you change it. {STILL_BOOKED}")
        elif self.choice == FeeChoice.COVER and not self.assessment.uses_pass:
            self.add_error(None, f"No free pass covers this late cancellation. {STILL_BOOKED}")
        elif self.assessment.uses_pass and not self.cleaned_data.get("pass_shown"):
            self.add_error(None, f"A free pass covers this late cancellation: look at it below. {STILL_BOOKED}")

    @classmethod
    def approving(cls, asked: LateRequest, *, policy: FeePolicy, at: datetime) -> "CancelForm":
        """Filled in by what the client asked late: why, and when they first told; the fee of it stands on the page."""
        appointment, reason = asked.appointment, asked.reason
        told = local(asked.first_asked_at, appointment.provider.time_zone)
        care = care_now.of(appointment, policy=policy, at=at)
        owed = drafts.assess(
            appointment, reason=reason, told_at=asked.first_asked_at, at=at, policy=policy, reliefs=care.reliefs
        ).amount
        data = {
            "reason": str(reason.pk),
            "told": EARLIER,
            "told_date": told.date().isoformat(),
            "told_time": told.strftime("%H:%M"),
            "send_link": "on",
            "fee_shown": str(owed),
            "pass_shown": "on",
        }
        form = cls(data, appointment=appointment, policy=policy, at=at)
        form.full_clean()
        form.forget("reduced_to", "why")  # not yet asked for
        return form

    def _as_asked(self, said_at: datetime | None) -> datetime | None:
        """To the minute what the client first asked at is that very instant."""
        if self.asked is None or said_at is None:
            return said_at
        asked_at = self.asked.first_asked_at
        return asked_at if said_at == asked_at.replace(second=0, microsecond=0) else said_at

    # --- What was said ---

    @property
    def picked(self) -> CancellationReason | None:
        return self.reasons.get(getattr(self, "cleaned_data", {}).get("reason", ""))

    @property
    def told_at(self) -> datetime | None:
        """None means ``at``: notice given earlier counts where the client caused it."""
        return self.said_at if self.picked and self.picked.caused_by == Cause.CLIENT else None

    @property
    def notes(self) -> Notes:
        return Notes(
            to_client=self.cleaned_data.get("note_to_client", ""),
            to_provider=self.asked.note if self.asked else "",
            private=self.cleaned_data.get("private_note", ""),
        )

    @property
    def link_goes_out(self) -> bool:
        name = "send_link" if self.picked and self.picked.sends_link else "send_link_anyway"
        return bool(self.cleaned_data.get(name))

    @property
    def missing_for_the_mail(self) -> list[str]:
        """What has to be said or corrected before there is a mail to show."""
        return [str(words) for name, errors in self.errors.items() if name not in NOT_MAILED for words in errors]

    @property
    def told_amiss(self) -> list[str]:
        """What is wrong with the instant that the notice counts from."""
        return [str(words) for name in ("told_date", "told_time") for words in self.errors.get(name, [])]

    # --- The fee ---

    @property
    def preset(self) -> FeeChoice:
        if self.picked and self.picked.waive_preset:
            return FeeChoice.WAIVE
        return FeeChoice.COVER if self.picked and self.assessment.uses_pass else FeeChoice.CHARGE

    @property
    def choice(self) -> FeeChoice:
        return self.preset if self._preset_was_another else super().choice

    @property
    def _preset_was_another(self) -> bool:
        return self.data.get("fee_preset", "") not in ("", self.preset.value)

    @property
    def assessment(self) -> Assessment:
        """Of the chosen reason."""
        assert self.picked is not None
        return self._assess(self.picked)

    @property
    def story(self) -> Story | None:
        """Why the fee is what it is; None until a reason is chosen, and while what it counts from is amiss."""
        if self.picked is None or self.told_amiss:
            return None
        return fee_words.story_of(self.appointment, self.assessment, zone=self.zone)

    @property
    def approval_words(self) -> str:
        if self.story is None:
            return ""
        practice = self.appointment.provider.practice
        return waiver_requests.limit_words(practice, assessed=self.assessment.amount)

    @property
    def why_this_fee(self) -> str:
        return fee_words.for_provider(self.story) if self.story else ""

    @property
    def steps(self) -> list[StepLine]:
        """How it was worked out."""
        return fee_steps.lines(self.story, reader=ActorKind.PROVIDER) if self.story else []

    @property
    def previewed_decision(self) -> FeeDecision:
        """As if the amount owed now had been on the page."""
        return FeeDecision(
            choice=self.choice, shown=self.assessment.amount, reduced_to=self.cleaned_data.get("reduced_to")
        )

    @property
    def is_to_choose(self) -> bool:
        """A fee to decide, or a pass that would be used."""
        return self.assessment.amount > NOTHING or self.assessment.uses_pass

    @property
    def said(self) -> Answers:
        """Of a valid form."""
        return self.answers(self.decision if self.is_to_choose else None)

    def answers(self, fee: FeeDecision | None) -> Answers:
        assert self.picked is not None
        return Answers(
            reason=self.picked, told_at=self.told_at, notes=self.notes, send_link=self.link_goes_out, fee=fee
        )

    @cached_property
    def care(self) -> CareNow:
        return care_now.of(self.appointment, policy=self.policy, at=self.at)

    def _assess(self, reason: CancellationReason) -> Assessment:
        told_at = self.said_at if reason.caused_by == Cause.CLIENT else None
        return drafts.assess(
            self.appointment,
            reason=reason,
            told_at=told_at,
            at=self.at,
            policy=self.policy,
            reliefs=self.care.reliefs,
        )

    # --- What the page shows ---

    @property
    def has_link(self) -> bool:
        """Care goes on, so there is a booking link to send."""
        return bool(self.care.link)

    @property
    def groups(self) -> Iterator[tuple[str, list[Option]]]:
        """The reasons by who caused them: you, the client, nobody."""
        whose = {Cause.PROVIDER: "On your side", Cause.CLIENT: f"On {self.appointment.client.called}’s side"}
        causes = [Cause.PROVIDER, Cause.CLIENT, Cause.NEITHER]
        options = sorted(self.options, key=lambda option: causes.index(Cause(option.reason.caused_by)))
        for cause, group in groupby(options, key=lambda option: Cause(option.reason.caused_by)):
            yield whose.get(cause, "On nobody’s side"), list(group)

    @property
    def options(self) -> list[Option]:
        return [
            Option(
                reason=reason,
                id=f"id_reason_{number}",
                words=reason.for_provider(self.appointment.client.called),
                owes=self._assess(reason).amount,
                chosen=reason == self.picked,
            )
            for number, reason in enumerate(self.reasons.values())
        ]

    @property
    def what_was_asked(self) -> list[str]:
        return late_words.asked(self.asked, self.appointment) if self.asked else []

    @property
    def notice_words(self) -> str:
        told_at = self.told_at or self.at
        return f"{'Late' if self.is_late else 'On time'}: {length(self.appointment.start - told_at)} notice"

    @property
    def is_late(self) -> bool:
        return not terms.standing(self.appointment, policy=self.policy).is_on_time(self.told_at or self.at)
