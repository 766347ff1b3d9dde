"""Marking a fee as paid, and its receipt, as a page and as a PDF, for the provider and for the client."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from appointments import client_fees, receipt_download, receipts
from appointments.fees import settle as settle_fee
from appointments.forms.settling import SettleForm
from appointments.models import Fee
from appointments.receipts import Receipt
from appointments.refusals import FeeNotOpen, Refused
from practice.access import (
    ClientRequest,
    ProviderRequest,
    client_required,
    provider_required,
)
from practice.actors import ActorKind
from practice.amounts import money


@provider_required
@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: ProviderRequest, uid: UUID) -> HttpResponse:
    fee = _of_provider(request, uid)
    if not fee.is_due and request.method != "POST":
        return redirect("appointments:decide_fee", uid=uid)
    form = SettleForm(request.POST if request.method == "POST" else None, fee=fee, at=request.now)
    refusal: Refused | None = None
    if form.is_valid():
        try:
            settle_fee(fee, payment=form.payment, by=request.actor, at=request.now)
        except FeeNotOpen as refused:
            refusal = refused
            fee = _of_provider(request, uid)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            called = fee.appointment.client.called
            messages.success(request, f"The fee of {money(fee.amount)} is paid. {called} gets a mail that says so.")
            return redirect("appointments:receipt", uid=uid)
    appointment = fee.appointment
    context = {
        "form": form,
        "fee": fee,
        "refusal": refusal,
        "appointment": appointment,
        "client": appointment.client,
        "zone": request.provider.time_zone,
    }
    return render(request, "appointments/settle_fee.html", context)


def _of_provider(request: ProviderRequest, uid: UUID) -> Fee:
    appointment = get_object_or_404(request.provider.appointments, uid=uid)
    fee = appointment.fees.live().with_appointment().first()
    if fee is None:
        raise Http404
    return fee


# --- Receipts ---


@provider_required
@require_safe
def receipt(request: ProviderRequest, uid: UUID) -> HttpResponse:
    fee = _of_provider(request, uid)
    context = {
        "appointment": fee.appointment,
        "client": fee.appointment.client,
        "zone": request.provider.time_zone,
        "receipt": _found(fee, ActorKind.PROVIDER),
    }
    return render(request, "appointments/receipt.html", context)


@provider_required
@require_safe
def receipt_file(request: ProviderRequest, uid: UUID) -> HttpResponse:
    return receipt_download.as_file(_found(_of_provider(request, uid), ActorKind.PROVIDER))


@client_required
@require_safe
def client_receipt(request: ClientRequest, pk: int) -> HttpResponse:
    fee = _of_client(request, pk)
    return render(request, "appointments/client_receipt.html", {"fee": fee, "receipt": _found(fee, ActorKind.CLIENT)})


@client_required
@require_safe
def client_receipt_file(request: ClientRequest, pk: int) -> HttpResponse:
    return receipt_download.as_file(_found(_of_client(request, pk), ActorKind.CLIENT))


def _of_client(request: ClientRequest, pk: int) -> Fee:
    return get_object_or_404(client_fees.owned_by(request.client).with_appointment(), pk=pk)


def _found(fee: Fee, reader: ActorKind) -> Receipt:
    made = receipts.of(fee, reader=reader)
    if made is None:
        raise Http404
    return made
