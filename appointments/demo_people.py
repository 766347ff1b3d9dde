"""Who lives in the demo practice. None of them is a real person."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from practice.fee_terms import Terms, Tier

PASSWORD: Final = "practice-demo"  # noqa: S105 - the demo's, printed at each start
NEW_YORK, CHICAGO, DENVER, LOS_ANGELES = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"


@dataclass(frozen=True)
class Person:
    first: str
    last: str
    email: str
    zone: str = NEW_YORK
    payer: str = ""
    preferred: str = ""
    phone: str = "(212) 555-0142"
    with_sam: bool = False
    signs_in: bool = True
    ended: bool = False
    phone_use: str = "call"
    discreet: bool = False


def policy(fee: str, words: str = "") -> Terms:
    return Terms(notice_hours=24, late_fee=Decimal(fee), no_show_fee=Decimal(fee), grace_minutes=15, words=words)


# Of all that a policy can say: half the session price inside a day, all of it at the last moment, and second chances.
SAMS_POLICY: Final = Terms(
    notice_hours=24,
    session_price=Decimal("140.00"),
    late_fee=Decimal("70.00"),
    late_percent=50,
    tiers=(Tier(4, Decimal("140.00"), 100),),
    no_show_fee=Decimal("140.00"),
    no_show_percent=100,
    grace_minutes=15,
    free_passes=1,
    pass_days=180,
    first_session_percent=0,
    free_if_filled=True,
    rebook_days=7,
    booking_grace_minutes=15,
    words="The first time is on me.",
)

# E-mail, the provider's fields, and fee policies by how many days ago they began.
PROVIDERS: Final[list[tuple[str, dict[str, Any], dict[int, Terms]]]] = [
    (
        "maya.chen@example.com",
        {
            "display_name": "Maya Chen",
            "credentials": "LCSW",
            "phone": "(212) 555-0186",
            "time_zone": NEW_YORK,
            "start_increment": 60,
            "offers_in_person": True,
            "address": "12 Alder Street, Suite 4, New York",
            "joining": "Your private room opens five minutes before the start: rooms.alderstreet.example/maya",
        },
        {
            900: policy("60.00"),
            300: policy("75.00", "Life happens. Tell me as soon as you can, and we will look at it together."),
        },
    ),
    (
        "sam.ortiz@example.com",
        {
            "display_name": "Sam Ortiz",
            "credentials": "LMFT",
            "phone": "(312) 555-0117",
            "time_zone": CHICAGO,
            "start_increment": 30,
            "joining": "Your private room opens five minutes before the start: rooms.alderstreet.example/sam",
        },
        {400: policy("50.00"), 170: SAMS_POLICY},
    ),
]

CLIENTS: Final = [
    Person("Jordan", "Lee", "jordan.lee@example.com"),
    Person("Priya", "Natarajan", "priya.natarajan@example.com", LOS_ANGELES, "Aetna", phone="(415) 555-0131"),
    Person("Theo", "Lindqvist", "theo.lindqvist@example.com", phone="(212) 555-0119"),
    Person("Amara", "Nwosu", "amara.nwosu@example.com", phone="(917) 555-0173", phone_use="no_message"),
    Person("Daniel", "Okafor", "daniel.okafor@example.com", phone="(212) 555-0155"),
    Person("Marcus", "Bell", "marcus.bell@example.com", phone="(646) 555-0108"),
    Person("Elena", "Petrova", "elena.petrova@example.com", phone="(718) 555-0164"),
    Person("Hannah", "Weiss", "hannah.weiss@example.com", payer="Magellan", phone="(212) 555-0127"),
    Person("Rosa", "Delgado", "rosa.delgado@example.com", CHICAGO, "Medicaid", phone="(312) 555-0190"),
    Person("Sofia", "Marino", "sofia.marino@example.com", phone="(212) 555-0136"),
    Person("Élodie", "Müller", "elodie.muller@example.com", DENVER, phone="(303) 555-0145"),
    Person("Margaret", "O’Brien", "marguerite.obrien@example.com", preferred="Maggie", phone="(212) 555-0181"),
    Person("Alex", "Kim", "alex.kim@example.com", phone="(212) 555-0102"),
    Person("Alex", "Kim", "alex.kim.2@example.com", LOS_ANGELES, signs_in=False, phone="(310) 555-0199"),
    Person(
        "Kenji",
        "Watanabe",
        "kenji.watanabe@example.com",
        LOS_ANGELES,
        phone="(310) 555-0112",
        phone_use="never",
        discreet=True,
    ),
    Person("Lucía", "Fernández", "lucia.fernandez@example.com", DENVER, "Aetna", phone="(303) 555-0170"),
    Person("Tomáš", "Novák", "tomas.novak@example.com", preferred="Tom", phone="(212) 555-0149"),
    Person("Mei", "Chen", "mei.chen@example.com", signs_in=False, phone="(646) 555-0133"),
    Person("Yuki", "Tanaka", "yuki.tanaka@example.com", LOS_ANGELES, phone="(415) 555-0188"),
    Person("Beatriz", "Santos", "beatriz.santos@example.com", phone="(212) 555-0195"),
    Person("Ibrahim", "Diallo", "ibrahim.diallo@example.com", ended=True, phone="(212) 555-0121"),
    Person("Noah", "Cohen", "noah.cohen@example.com", CHICAGO, with_sam=True, phone="(312) 555-0106"),
    Person("Grace", "Adeyemi", "grace.adeyemi@example.com", CHICAGO, with_sam=True, phone="(312) 555-0179"),
    Person("Owen", "Murphy", "owen.murphy@example.com", NEW_YORK, with_sam=True, phone="(212) 555-0158"),
    Person("Leila", "Haddad", "leila.haddad@example.com", DENVER, with_sam=True, phone="(303) 555-0116"),
]
