"""Every setting, with a default that works offline on one machine. Environment variables: BANSHI_ and the name in capitals."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Literal

from pydantic import model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Settings of the server and the command line.

    Raises:
        ValueError: production was asked for with a default secret; the message says which setting to set.
    """

    model_config = SettingsConfigDict(env_prefix="BANSHI_", env_file=ROOT / ".env", extra="ignore")

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
    max_body_bytes: int = 65536
    """Largest request body."""
    conversation_minutes: int = 60
    """A conversation without a message for so long is closed; its personal numbers are forgotten then."""
    service_hours: str = "08:30-17:00"
    """When people answer hand-offs, on workdays."""
    log_level: str = "INFO"

    @model_validator(mode="after")
    def _refuse_default_secrets(self) -> Settings:
        if self.env == "production" and len(self.rasa_secret) < 32:
            raise ValueError("BANSHI_RASA_SECRET must be set to at least 32 random characters when BANSHI_ENV=production.")
        return self

    @property
    def snapshots(self) -> Path:
        """Folder of the index snapshots."""
        return self.var_dir / "snapshots"

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
