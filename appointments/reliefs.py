"""What may make a late cancellation cheaper for this client with this provider, as a fee is assessed by it. Pure."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Reliefs:
    """``passes_used``: when the policy's free passes were used and not given back; ``given_passes``: those left."""

    first_session: bool = False
    passes_used: tuple[datetime, ...] = ()
    given_passes: int = 0


NO_RELIEFS = Reliefs()
