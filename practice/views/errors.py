"""What is shown where nothing is."""

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from practice import language


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No view has been found that would have known its reader."""
    language.speak_to_reader(request)
    return defaults.page_not_found(request, exception)
