"""A mail as its reader sees it, for a sandboxed frame on one of our pages."""

from django.http import HttpResponse

# The mail's own inline styles and nothing else: no script, no image, no frame of others around it.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


def framed(html: str) -> HttpResponse:
    """Answers with the mail's HTML under a policy of its own; the page around it keeps the strict one."""
    return HttpResponse(html, headers={"Content-Security-Policy": POLICY, "X-Frame-Options": "SAMEORIGIN"})
