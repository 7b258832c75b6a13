"""Tokens: whose they are, what they may do, how long they live."""

from dataclasses import dataclass
from typing import Literal

from .state import Org, Person, Team

TokenKind = Literal["bot", "user", "app"]


@dataclass(eq=False)
class Token:
    """One token; org-wide ones have an org and no team."""

    value: str
    kind: TokenKind
    scopes: frozenset[str]
    person: Person | None = None
    team: Team | None = None
    org: Org | None = None
    expires: float | None = None  # on the double's clock
    refresh: str | None = None
    state: Literal["valid", "token_revoked", "account_inactive", "token_expired"] = "valid"


@dataclass(eq=False)
class Install:
    """Our app in one team: its user there and the token in force."""

    team: Team
    bot: Person
    token: Token
    org_wide: bool = False
    active: bool = True
    installer: Person | None = None
