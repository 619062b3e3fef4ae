"""Every setting, with a default that works offline on one machine. Environment variables: BANSHI_ and the name in capitals."""

from __future__ import annotations

import base64
import secrets
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Settings of the server and the command line.

    Raises:
        ValueError: production was asked for with a default secret; the message says which setting to set.
    """

    model_config = SettingsConfigDict(env_prefix="BANSHI_", env_file=ROOT / ".env", extra="ignore", hide_input_in_errors=True)

    env: Literal["development", "production"] = "development"
    """development opens Rasa's stock REST channel on loopback; production refuses default secrets."""
    host: str = "127.0.0.1"
    """Address the server listens on. Only this port may face outward."""
    port: int = 8000
    rasa_port: int = 5005
    """Rasa listens on loopback only."""
    rasa_secret: str = ""
    """Shared between server and Rasa; made anew at each start when empty."""
    rasa_timeout: float = 5.0
    """Seconds a turn may take before the search answers directly."""
    knowledge_dir: Path = ROOT / "knowledge"
    """Folder of the knowledge."""
    var_dir: Path = ROOT / "var"
    """Folder of the database, the index snapshots and caches."""
    database: str = ""
    """URL of the database, sqlite:////FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME; empty: banshi.db in the folder above."""
    redis: str = ""
    """Redis by which servers on one database hear of each other at once, redis://:PASSWORD@HOST or rediss://…; empty: they look every
    second."""
    vault_key: str = ""
    """Key that seals personal numbers in the database for the other servers; empty: they stay in the memory of the server they came to."""
    build_dir: Path = ROOT / "build"
    """Folder of what set-up makes: names for Rasa, the Rasa model."""
    encoder: str = "models/default"
    """Directory or name of a sentence-transformers model."""
    portal_url: str = "https://zwfw.jl.gov.cn/"
    """Entrance of online handling; links of answers lead there."""
    rate_limit: int = 600
    """Messages a minute from one address, which may stand for many phones; 0 turns it off."""
    status_attempts: int = 5
    """Failed status queries in a quarter of an hour, for each conversation and each application number; 0 turns it off."""
    status_attempts_address: int = 30
    """Failed status queries in a quarter of an hour from one network address, which may stand for many phones; 0 turns it off."""
    citizen_issuer: str = ""
    """Issuer of the tokens by which the platform names a citizen; empty: nobody is named, and there is no 我的办件."""
    citizen_audience: str = ""
    """What those tokens call this service."""
    citizen_jwks: str = ""
    """Address or file of the platform's public keys (JWK set)."""
    max_body_bytes: int = 65536
    """Largest request body of a citizen."""
    max_upload_bytes: int = 10_000_000
    """Largest file that editors may import."""
    public_url: str = ""
    """Address people reach the server by, such as https://banshi.example.gov.cn; empty: whatever the browser says."""
    frame_ancestors: str = ""
    """Origins that may embed the citizens' page, separated by spaces, such as https://zwfw.jl.gov.cn; empty: none."""
    session_hours: int = 12
    """A sign-in of staff ends after so long."""
    idle_minutes: int = 60
    """A sign-in of staff ends after so long without a request."""
    oidc_issuer: str = ""
    """Issuer of the province's staff identity (OpenID Connect); empty: local accounts only."""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_name: str = "统一身份认证"
    """What the sign-in button calls it."""
    oidc_roles_claim: str = ""
    """Claim that names roles; empty: accounts must exist and be linked before."""
    oidc_roles: str = ""
    """Values of that claim and the roles they give, such as "zsk-bj=editor;zsk-sh=reviewer"."""
    question_days: int = 400
    """Masked questions older than this are deleted."""
    conversation_minutes: int = 60
    """A conversation without a message for so long is closed; its personal numbers are forgotten then."""
    service_hours: str = "08:30-17:00"
    """When people answer hand-offs, on workdays."""
    telephony_token: str = ""
    """What the telephone system shows to send what it hears; empty: it is refused."""
    systems: Path | None = None
    """YAML file of the outside systems, as `deploy/systems.example.yml` shows; none: demos stand behind the ports."""
    log_level: str = "INFO"
    approvals_in_oa: bool = False
    """Whether changes that are handed in are also handed over to the OA for approval."""
    log: Literal["text", "json"] = "text"
    """json: one JSON object a line, and one for each request."""
    metrics_token: str = ""
    """What a collector from elsewhere shows as `Authorization: Bearer` to read /metrics; empty: only this machine may."""
    parity_at: str = Field(default="", pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")
    """When all ends are audited each day in China's time, such as 03:30; empty: never."""
    work_item_days: int = 1095
    """Closed work items older than this are deleted."""
    usage_days: int = 400
    """Counts of partners' requests, and what became of operators' suggestions, older than this are deleted."""

    @model_validator(mode="after")
    def _refuse_default_secrets(self) -> Settings:
        if self.env == "production" and len(self.rasa_secret) < 32:
            raise ValueError("BANSHI_RASA_SECRET must be set to at least 32 random characters when BANSHI_ENV=production.")
        if self.env == "production" and 0 < len(self.telephony_token) < 32:
            raise ValueError("BANSHI_TELEPHONY_TOKEN must have at least 32 random characters when BANSHI_ENV=production.")
        return self

    @field_validator("redis")
    @classmethod
    def _reaches_redis(cls, url: str) -> str:
        if url and not url.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("BANSHI_REDIS must begin with redis://, rediss:// (with TLS) or unix://.")
        return url

    @field_validator("vault_key")
    @classmethod
    def _seals(cls, keys: str) -> str:
        for key in keys.split(",") if keys else ():
            try:
                whole = len(base64.b64decode(key.strip(), altchars=b"-_", validate=True)) == 32
            except ValueError:
                whole = False
            if not whole:
                raise ValueError(
                    "BANSHI_VAULT_KEY must be 32 random bytes in base 64, or several such keys with commas between. Make one: "
                    "python3 -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())'"
                )
        return keys

    @property
    def snapshots(self) -> Path:
        """Folder of the index snapshots."""
        return self.var_dir / "snapshots"

    @property
    def database_url(self) -> str | Path:
        """The database: a URL, or the file of the embedded one."""
        return self.database or self.var_dir / "banshi.db"

    @property
    def audit_anchor(self) -> Path:
        """File that holds the newest entry of the audit ledger, outside the database."""
        return self.var_dir / "audit.anchor"

    @property
    def encoder_path(self) -> Path:
        """The encoder as a directory, relative to the repository when it is not absolute."""
        path = Path(self.encoder)
        return path if path.is_absolute() else ROOT / path

    def secret(self) -> str:
        """The secret shared with Rasa, made when there is none."""
        if not self.rasa_secret:
            self.rasa_secret = secrets.token_hex(16)
        return self.rasa_secret
