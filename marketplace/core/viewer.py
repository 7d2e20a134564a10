"""Who acts, and from where: a frozen picture of the signed-in person that operations and policies are asked with."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a person may do here. The first four come with a membership, the others are granted by two persons."""

    SME_MEMBER = "sme_member"
    SME_SIGNATORY = "sme_signatory"
    SUPPLIER_MEMBER = "supplier_member"
    SUPPLIER_SIGNATORY = "supplier_signatory"
    EVALUATOR = "evaluator"
    PROGRAMME_OFFICER = "programme_officer"
    SETTLEMENT_OFFICER = "settlement_officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


STAFF_ROLES = frozenset(
    {Role.EVALUATOR, Role.PROGRAMME_OFFICER, Role.SETTLEMENT_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR}
)
SECOND_FACTOR_ROLES = frozenset({Role.PROGRAMME_OFFICER, Role.SETTLEMENT_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR})


@dataclass(frozen=True)
class Viewer:
    """A person as the program sees them during one request or one job."""

    person_id: int | None = None
    name: str = ""
    email: str = ""
    organisation_id: int | None = None
    """The firm this person acts for now; None for staff and guests."""
    organisation_name: str = ""
    roles: frozenset[Role] = field(default_factory=frozenset)
    locale: str = "ko"
    session_id: int | None = None
    system: bool = False

    @property
    def is_authenticated(self) -> bool:
        return self.person_id is not None

    @property
    def is_active(self) -> bool:
        return self.is_authenticated

    @property
    def is_anonymous(self) -> bool:
        return not self.is_authenticated

    def get_id(self) -> str:
        return str(self.session_id)

    def has(self, *roles: Role) -> bool:
        """Whether the viewer holds any of `roles`."""
        return not self.roles.isdisjoint(roles)

    @property
    def is_sme(self) -> bool:
        return self.has(Role.SME_MEMBER, Role.SME_SIGNATORY)

    @property
    def is_supplier(self) -> bool:
        return self.has(Role.SUPPLIER_MEMBER, Role.SUPPLIER_SIGNATORY)

    @property
    def is_officer(self) -> bool:
        return self.has(Role.PROGRAMME_OFFICER, Role.SETTLEMENT_OFFICER)

    @property
    def sees_everything(self) -> bool:
        """Officers, auditors and administrators read across firms; what they may do is asked of the policies."""
        return self.system or self.has(
            Role.PROGRAMME_OFFICER, Role.SETTLEMENT_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR
        )


GUEST = Viewer()
SYSTEM = Viewer(name="system", system=True)
"""Acts in jobs: what a rule of the programme does by itself when its day has come."""


@dataclass(frozen=True)
class Origin:
    """Where a request came from, for evidence."""

    request_id: str = ""
    address: str | None = None


origin: ContextVar[Origin] = ContextVar("origin", default=Origin())  # noqa: B039 - frozen
