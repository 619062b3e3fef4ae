"""Stand-in of 统一身份认证: an OpenID Connect provider for invented citizens and staff, and a host page that passes a citizen's token on.

Sources: OpenID Connect Core 1.0, Discovery 1.0, RP-Initiated Logout 1.0; RFC 7636 (PKCE). Nobody signs requests to it: browsers cannot.
Its faults: keys_rotated signs with a new key from then on and shows the old one no more; wrong_audience and wrong_clock give tokens for
somebody else, and from the day after tomorrow.
"""

from __future__ import annotations

import base64
import hashlib
import html
import secrets
import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlencode, urlsplit

from fastapi import FastAPI, Form, Header, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic import BaseModel, Field

from banshi.connect.identity.demo_people import IN_CORRECTION_PERSON, IN_REVIEW_PERSON, demo_identity
from banshi.standin.shop import Fault, Shop

CITIZENS, STAFF = "banshi", "banshi-staff"
"""Who may ask: the audience of citizens' tokens, and the client of the staff's sign-in."""
CLIENT_SECRET = "stand-in, no secret"  # noqa: S105
"""Of the staff's client."""
_TOKEN_LASTS = timedelta(minutes=10)
_CODE_LASTS = timedelta(minutes=2)
_AHEAD = timedelta(days=2)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PEOPLE: dict[str, dict[str, Any]] = {
    "citizen-1": {"name": IN_REVIEW_PERSON, "identity_hash": demo_identity(IN_REVIEW_PERSON)},
    "citizen-2": {"name": IN_CORRECTION_PERSON, "identity_hash": demo_identity(IN_CORRECTION_PERSON)},
    "citizen-3": {"name": "示例丙"},
}
_COLLEAGUES: dict[str, dict[str, Any]] = {
    "staff-1": {"name": "示例编辑", "preferred_username": "oidc.editor", "groups": ["zsk-bj"]},
    "staff-2": {"name": "示例审核", "preferred_username": "oidc.reviewer", "groups": ["zsk-sh"]},
    "staff-3": {"name": "示例坐席", "preferred_username": "oidc.operator", "groups": ["zsk-zx"]},
}
_PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><body style="font:18px/1.6 sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem"><main><h1>{title}</h1>{body}
</main></body></html>"""


class Discovery(BaseModel):
    """发现文档"""

    issuer: str = Field(description="签发者，令牌 iss 与此相同")
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str = Field(description="公钥（JWK 集），密钥更换后这里只有新的")
    end_session_endpoint: str
    response_types_supported: list[str]
    subject_types_supported: list[str]
    id_token_signing_alg_values_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    code_challenge_methods_supported: list[str]


class Tokens(BaseModel):
    """令牌"""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105
    expires_in: int
    id_token: str = Field(
        description="JWT（RS256）：iss、aud、sub、iat、exp、nonce、name；"
        "群众另有 identity_hash（证件号码的密钥散列，64 位十六进制，号码本身不出平台），"
        "工作人员另有 preferred_username、groups"
    )


@dataclass(frozen=True)
class _Code:
    client: str
    redirect: str
    nonce: str
    challenge: str
    person: str
    until: float


class _Signer:
    """Signs tokens with a key that changes when the shop says so."""

    def __init__(self, shop: Shop) -> None:
        self._shop, self._lock = shop, threading.Lock()
        self._key: RSAKey | None = None
        self._rotated_for: Fault | None = None

    def key(self) -> RSAKey:
        """The one it signs with now; made when it is first needed."""
        with self._lock:
            fault = self._shop.fault
            if self._key is None or (fault.mode == "keys_rotated" and fault is not self._rotated_for):
                self._key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig", "alg": "RS256"})
            self._rotated_for = fault
            return self._key

    def token(self, issuer: str, audience: str, sub: str, claims: dict[str, Any]) -> str:
        """A signed token about a person."""
        mode, key = self._shop.fault.mode, self.key()
        now = self._shop.now() + (_AHEAD if mode == "wrong_clock" else timedelta())
        told = {"iss": issuer, "aud": "somebody-else" if mode == "wrong_audience" else audience, "sub": sub}
        times = {"iat": int(now.timestamp()), "exp": int((now + _TOKEN_LASTS).timestamp())}
        return jwt.encode({"alg": "RS256", "kid": key.kid}, {**told, **times, **claims}, key)


def make(shop: Shop) -> FastAPI:
    """The stand-in."""
    app = FastAPI(
        title="统一身份认证",
        version="1",
        description="OpenID Connect：群众和工作人员的登录、令牌和公钥。群众令牌的 aud 是 banshi；"
        "工作人员用客户端 banshi-staff，授权码加 PKCE（S256）。",
    )
    signer = _Signer(shop)
    codes: dict[str, _Code] = {}

    @app.get("/.well-known/openid-configuration", summary="发现文档")
    def discover(request: Request) -> Discovery:
        """各端点的地址。可以缓存。"""
        base = _base(request)
        return Discovery(
            issuer=base,
            authorization_endpoint=f"{base}/authorize",
            token_endpoint=f"{base}/token",
            jwks_uri=f"{base}/jwks",
            end_session_endpoint=f"{base}/logout",
            response_types_supported=["code"],
            subject_types_supported=["public"],
            id_token_signing_alg_values_supported=["RS256"],
            token_endpoint_auth_methods_supported=["client_secret_basic"],
            code_challenge_methods_supported=["S256"],
        )

    @app.get("/jwks", summary="公钥")
    def jwks() -> dict[str, list[dict[str, Any]]]:
        """现用的公钥。令牌的 kid 不在手里的公钥中时，重新取一次（每分钟最多一次）。"""
        return {"keys": [dict(signer.key().as_dict(private=False))]}

    @app.get("/authorize", summary="登录页", response_class=HTMLResponse, responses={302: {"description": "登录以后回到 redirect_uri"}})
    def authorize(
        request: Request,
        client_id: Annotated[str, Query(max_length=60)],
        redirect_uri: Annotated[str, Query(max_length=500)],
        response_type: Annotated[str, Query(pattern="^code$")],
        scope: Annotated[str, Query(max_length=200, description="须含 openid")],
        state: Annotated[str, Query(max_length=500)],
        nonce: Annotated[str, Query(max_length=500)],
        code_challenge: Annotated[str, Query(max_length=128)],
        code_challenge_method: Annotated[str, Query(pattern="^S256$")],
        person: Annotated[str, Query(max_length=60, description="选定的示例人员；不给时显示选择页")] = "",
    ) -> Any:
        """选一位示例人员登录，带着一次性的授权码回到 redirect_uri。演示环境只回到本机地址。"""
        people = {CITIZENS: _PEOPLE, STAFF: _COLLEAGUES}.get(client_id)
        if people is None or urlsplit(redirect_uri).hostname not in (*_LOOPBACK, "testserver") or "openid" not in scope.split():
            raise HTTPException(400, "客户端、回调地址或 scope 不对。")
        if person == "refuse":
            return RedirectResponse(f"{redirect_uri}?{urlencode({'error': 'access_denied', 'state': state})}", 302)
        if person not in people:
            return HTMLResponse(_choose("统一身份认证（示例）", people, request))
        code = secrets.token_urlsafe(16)
        codes[code] = _Code(client_id, redirect_uri, nonce, code_challenge, person, (shop.now() + _CODE_LASTS).timestamp())
        return RedirectResponse(f"{redirect_uri}?{urlencode({'code': code, 'state': state, 'iss': _base(request)})}", 302)

    @app.post("/token", summary="换令牌", responses={400: {"description": "授权码、回调地址、验证串或客户端不对"}})
    def token(
        request: Request,
        grant_type: Annotated[str, Form()],
        code: Annotated[str, Form(max_length=100)],
        redirect_uri: Annotated[str, Form(max_length=500)],
        code_verifier: Annotated[str, Form(max_length=128)],
        authorization: Annotated[str, Header(description="client_secret_basic")] = "",
    ) -> Tokens:
        """用授权码换令牌。授权码只能用一次，两分钟内有效。"""
        issued = codes.pop(code, None)
        if (
            grant_type != "authorization_code"
            or issued is None
            or issued.until < shop.now().timestamp()
            or issued.redirect != redirect_uri
            or issued.challenge != _challenge(code_verifier)
            or not secrets.compare_digest(authorization.encode(), _basic(issued.client).encode())
        ):
            raise HTTPException(400, "invalid_grant")
        people = _PEOPLE if issued.client == CITIZENS else _COLLEAGUES
        claims = {**people[issued.person], "nonce": issued.nonce}
        signed = signer.token(_base(request), issued.client, issued.person, claims)
        lasts = int(_TOKEN_LASTS.total_seconds())
        return Tokens(access_token=secrets.token_urlsafe(16), expires_in=lasts, id_token=signed)

    @app.get("/logout", summary="退出", response_class=HTMLResponse, responses={302: {"description": "回到 post_logout_redirect_uri"}})
    def logout(
        post_logout_redirect_uri: Annotated[str, Query(max_length=500)] = "", state: Annotated[str, Query(max_length=500)] = ""
    ) -> Any:
        """退出登录。演示环境只回到本机地址。"""
        if post_logout_redirect_uri and urlsplit(post_logout_redirect_uri).hostname in (*_LOOPBACK, "testserver"):
            back = f"{post_logout_redirect_uri}?{urlencode({'state': state})}" if state else post_logout_redirect_uri
            return RedirectResponse(back, 302)
        return HTMLResponse(_PAGE.format(title="已退出（示例）", body="<p>可以关闭这个页面了。</p>"))

    @app.get("/_standin/token", include_in_schema=False)
    def citizen_token(request: Request, person: str = "citizen-1") -> JSONResponse:
        """What the platform gives a citizen who is signed in there."""
        if person not in _PEOPLE:
            raise HTTPException(404, f"there are {', '.join(_PEOPLE)}")
        signed = signer.token(_base(request), CITIZENS, person, _PEOPLE[person])
        return JSONResponse({"token": signed}, headers={"cache-control": "no-store"})

    @app.get("/_standin/host", include_in_schema=False)
    def host(request: Request, server: str = "http://localhost:8000", person: str = "") -> HTMLResponse:
        """A site as 吉事办's: it knows who is signed in and passes that on to the assistant that it embeds."""
        parts = urlsplit(server)
        if parts.scheme not in ("http", "https") or parts.hostname not in _LOOPBACK or parts.path.strip("/") or parts.query:
            raise HTTPException(400, "server must be an address on this machine, such as http://localhost:8000")
        if person not in _PEOPLE:
            return HTMLResponse(_choose("吉事办（示例）：选一位登录", _PEOPLE, request))
        return HTMLResponse(_host(f"{parts.scheme}://{parts.netloc}", person, request), headers={"cache-control": "no-store"})

    def _host(server: str, person: str, request: Request) -> str:
        signed = signer.token(_base(request), CITIZENS, person, _PEOPLE[person])
        again = f"{_base(request)}/_standin/token?{urlencode({'person': person})}"
        name = html.escape(str(_PEOPLE[person]["name"]))
        # The assistant asks for another token when one is not taken any more; after signing out it has none.
        script = (
            f"addEventListener('banshi-token',()=>fetch('{again}').then(told=>told.json()).then(({{token}})=>Banshi.set({{token}})));"
            "document.getElementById('out').onclick=()=>{Banshi.set({token:''});document.getElementById('who').textContent='已退出'}"
        )
        body = (
            f"<p>登录的是：<b id='who'>{name}</b> <button id='out' style='font:inherit;padding:.4rem 1rem'>退出登录</button></p>"
            "<p>右下角打开“吉事办智能助手”，可以看“我的办件”。</p>"
            f"<script src='{server}/citizen/embed.js' data-token='{signed}'></script><script>{script}</script>"
        )
        return _PAGE.format(title="吉事办（示例）", body=body)

    return app


def _base(request: Request) -> str:
    return f"{request.url.scheme}://{request.headers['host']}{request.scope.get('root_path', '')}"


def _choose(title: str, people: dict[str, dict[str, Any]], request: Request) -> str:
    query = dict(request.query_params)
    links = []
    for person, told in people.items():
        address, name = html.escape(urlencode({**query, "person": person})), html.escape(str(told["name"]))
        links.append(f"<li style='margin:.8rem 0'><a href='?{address}'>{name}</a></li>")
    return _PAGE.format(title=title, body=f"<p>都是示例人员，没有真实的证件。</p><ul>{''.join(links)}</ul>")


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _basic(client: str) -> str:
    return f"Basic {base64.b64encode(f'{client}:{CLIENT_SECRET}'.encode()).decode()}"
