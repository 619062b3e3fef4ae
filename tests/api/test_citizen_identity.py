"""The platform names a citizen by a signed token: what is believed, what it opens, and whom a conversation belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from banshi.assembly import china_now
from banshi.connect.identity.citizens import CitizenIdentity, IdentityUnavailableError, TokenRefusedError, masked_name
from banshi.connect.identity.demo_people import demo_identity
from banshi.settings import Settings
from banshi.web.app import create_app
from tests.api.citizen_platform import AUDIENCE, ISSUER, Platform, ec, rsa, with_header
from tests.api.product import copy_built_index
from tests.api.staff_rig import Clock

FIRST, SECOND = demo_identity("示例甲"), demo_identity("示例乙")
UNKNOWN = {"detail": "没有这个会话，或者它已经结束了。请重新开始。"}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def platform(clock: Clock) -> Iterator[Platform]:
    with Platform(clock) as running:
        yield running


@pytest.fixture
def identity(platform: Platform, clock: Clock) -> CitizenIdentity:
    return CitizenIdentity(ISSUER, AUDIENCE, platform.url, now=clock)


def test_a_good_token_names_the_citizen(platform: Platform, identity: CitizenIdentity) -> None:
    first = identity.citizen(platform.token(identity_hash=FIRST))
    assert (first.name, first.identity) == ("王小芳", FIRST)
    assert identity.citizen(platform.token(aud=["another", AUDIENCE])).subject == first.subject
    assert identity.citizen(platform.token("person-2")).subject != first.subject
    assert "person-1" not in first.subject
    assert identity.citizen(platform.token(identity_hash="220102199001011234")).identity == "", "a number is no hash and goes no further"
    platform.rotate(ec())
    identity = CitizenIdentity(ISSUER, AUDIENCE, platform.url, now=platform.now)
    assert identity.citizen(platform.token()).subject == first.subject


def turned(platform: Platform) -> str:
    """A good signature under other claims."""
    head, _, signature = platform.token().split(".")
    _, claims, _ = platform.token("somebody-else").split(".")
    return f"{head}.{claims}.{signature}"


def with_own_key(platform: Platform) -> str:
    own = rsa()
    header = {"jwk": own.as_dict(private=False), "jku": "https://evil.example/jwks", "kid": platform.key.kid}
    return platform.token(key=own, header=header)


BAD: dict[str, Callable[[Platform], str]] = {
    "signed by nobody": Platform.unsigned,
    "the public key as a shared secret": Platform.confused,
    "other claims under a good signature": turned,
    "a key of its own, named like ours": lambda platform: platform.token(key=rsa()),
    "a key in its own header": with_own_key,
    "an unknown key": lambda platform: platform.token(key=(other := rsa()), header={"kid": other.kid}),
    "a key that is no text": lambda platform: with_header(platform.token(), {"alg": "RS256", "kid": {}}),
    "another algorithm of the same key": lambda platform: platform.token(alg="PS256"),
    "extensions": lambda platform: platform.token(header={"crit": ["b64"], "b64": True}),
    "expired": lambda platform: platform.token(exp=int(platform.now().timestamp()) - 60),
    "without an end": lambda platform: platform.token(exp=None),
    "an end that is no number": lambda platform: platform.token(exp="tomorrow"),
    "without a beginning": lambda platform: platform.token(iat=None),
    "signed in the future": lambda platform: platform.token(iat=int(platform.now().timestamp()) + 61),
    "not valid yet": lambda platform: platform.token(nbf=int(platform.now().timestamp()) + 61),
    "another audience": lambda platform: platform.token(aud="another"),
    "other audiences": lambda platform: platform.token(aud=["another", "banshi-test"]),
    "no audience": lambda platform: platform.token(aud=None),
    "another issuer": lambda platform: platform.token(iss="https://evil.example"),
    "issuers in a list": lambda platform: platform.token(iss=[ISSUER]),
    "nobody": lambda platform: platform.token(sub=""),
    "no text as a subject": lambda platform: platform.token(sub=17),  # type: ignore[arg-type]
    "five parts": lambda platform: platform.token() + ".a.b",
    "nonsense": lambda platform: "a.b.c",
    "other letters": lambda platform: "王.小.芳",
    "endless": lambda platform: platform.token(name="王" * 9000),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_token_proves_nothing(kind: str, platform: Platform, identity: CitizenIdentity) -> None:
    identity.citizen(platform.token())
    with pytest.raises(TokenRefusedError) as refused:
        identity.citizen(BAD[kind](platform))
    assert "王" not in str(refused.value)
    identity.citizen(platform.token())


def test_clocks_may_differ_by_a_minute(platform: Platform, identity: CitizenIdentity) -> None:
    now = int(platform.now().timestamp())
    for claims in ({"exp": now - 59}, {"iat": now + 59}, {"nbf": now + 59}):
        identity.citizen(platform.token(**claims))


def test_a_new_key_is_fetched_when_a_token_names_it(platform: Platform, identity: CitizenIdentity, clock: Clock) -> None:
    old = platform.token()
    identity.citizen(old)
    clock.forward(seconds=61)
    platform.rotate()
    identity.citizen(platform.token())
    assert platform.fetches == 2
    with pytest.raises(TokenRefusedError):  # its key is withdrawn
        identity.citizen(old)


def test_strange_keys_do_not_make_us_ask_more_than_once_a_minute(platform: Platform, identity: CitizenIdentity, clock: Clock) -> None:
    identity.citizen(platform.token())
    for _ in range(6):
        for _ in range(50):
            with pytest.raises(TokenRefusedError):
                identity.citizen(platform.token(header={"kid": "no such key"}))
        clock.forward(seconds=20)
    assert platform.fetches <= 1 + 2


def test_a_withdrawn_key_is_forgotten_within_the_hour(platform: Platform, identity: CitizenIdentity, clock: Clock) -> None:
    stolen = platform.key
    identity.citizen(platform.token())
    platform.rotate()
    clock.forward(minutes=61)
    with pytest.raises(TokenRefusedError):
        identity.citizen(platform.token(key=stolen, header={"kid": stolen.kid}))


def test_keys_that_are_known_go_on_while_the_platform_is_away(platform: Platform, identity: CitizenIdentity, clock: Clock) -> None:
    platform.broken = True
    with pytest.raises(IdentityUnavailableError):
        identity.citizen(platform.token())
    platform.broken = False
    clock.forward(seconds=61)
    identity.citizen(platform.token())
    platform.broken = True
    clock.forward(hours=2)
    identity.citizen(platform.token())


@pytest.mark.parametrize("key", [rsa(1024), ec("P-384")], ids=["short", "another curve"])
def test_weak_keys_are_left_aside(key: Any, platform: Platform, identity: CitizenIdentity) -> None:
    platform.published.append(key)
    identity.citizen(platform.token())
    with pytest.raises((TokenRefusedError, ValueError)):
        identity.citizen(platform.token(key=key, alg="ES384" if key.key_type == "EC" else "RS256", header={"kid": key.kid}))


@pytest.mark.parametrize(
    "given",
    [("", AUDIENCE, "keys.json"), (ISSUER, "", "keys.json"), (ISSUER, AUDIENCE, ""), (ISSUER, AUDIENCE, "http://id.example.gov.cn/jwks")],
)
def test_settings_that_do_not_fit_are_refused(given: tuple[str, str, str], clock: Clock) -> None:
    with pytest.raises(ValueError, match="BANSHI_CITIZEN_JWKS"):
        CitizenIdentity(*given, now=clock)


@pytest.mark.parametrize(("name", "shown"), [("王小芳", "王*芳"), ("王芳", "王*"), ("欧阳小芳", "欧**芳"), ("王", "*"), ("", "")])
def test_names_are_masked(name: str, shown: str) -> None:
    assert masked_name(name) == shown


class Server:
    """The real application with the platform's keys in a file, and citizens who call it."""

    def __init__(self, client: TestClient, platform: Platform) -> None:
        self.client, self.platform = client, platform

    def call(self, method: str, path: str, token: str | None = None, **more: Any) -> Any:
        headers = {"authorization": f"Bearer {token}"} if token is not None else {}
        return self.client.request(method, f"/api/v1{path}", headers=headers, **more)

    def say(self, text: str, conversation: str | None = None, token: str | None = None, **more: Any) -> Any:
        return self.call("POST", "/chat", token, json={"conversation": conversation, "text": text, **more})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("identity")
    copy_built_index(folder / "snapshots")
    platform = Platform(china_now)
    keys = folder / "keys.json"
    keys.write_text(platform.jwks(), encoding="utf-8")
    settings = Settings(
        var_dir=folder,
        rate_limit=0,
        citizen_issuer=ISSUER,
        citizen_audience=AUDIENCE,
        citizen_jwks=str(keys),
        _env_file=None,  # type: ignore[call-arg]
    )
    with TestClient(create_app(settings, with_rasa=False)) as client:
        yield Server(client, platform)


def test_me_is_told_masked_and_never_kept(server: Server) -> None:
    answer = server.call("GET", "/me", server.platform.token())
    assert answer.json() == {"name": "王*芳"}
    assert answer.headers["cache-control"] == "no-store"
    for token in (None, "a.b.c", server.platform.token(aud="another")):
        refused = server.call("GET", "/me", token)
        assert refused.status_code == 401
        assert "登录" in refused.json()["detail"]
        assert refused.headers["cache-control"] == "no-store"


def test_everybody_sees_their_own_applications_only(server: Server) -> None:
    source = server.client.app.state.systems.applications  # type: ignore[attr-defined]
    lists = {}
    for person in (FIRST, SECOND):
        answer = server.call("GET", "/me/applications", server.platform.token(identity_hash=person))
        assert answer.headers["cache-control"] == "no-store"
        lists[person] = answer.json()["applications"]
        assert len(lists[person]) == len(source.of_person(person)) >= 1
    numbers = [{one["number"] + one["name"] for one in told} for told in lists.values()]
    assert not numbers[0] & numbers[1]
    assert len(lists[FIRST]) >= 3
    assert all("****" in one["number"] for told in lists.values() for one in told)
    correcting = lists[SECOND][0]
    assert correcting["stage"] == "补齐补正"
    assert correcting["missing"]
    assert correcting["missing"][0].keys() == {"material", "reason", "due"}
    assert correcting["workdays_used"] + correcting["workdays_left"] == correcting["promise_workdays"]
    nobody = server.call("GET", "/me/applications", server.platform.token(identity_hash=demo_identity("nobody")))
    assert nobody.json() == {"applications": []}
    unverified = server.call("GET", "/me/applications", server.platform.token())
    assert (unverified.status_code, "实名" in unverified.json()["detail"]) == (403, True)
    assert server.call("GET", "/me/applications").status_code == 401


def test_a_named_conversation_goes_on_with_its_person_only(server: Server) -> None:
    own, other = server.platform.token(), server.platform.token("person-2")
    begun = server.say("身份证丢了咋整", token=own)
    conversation = begun.json()["conversation"]
    assert (
        server.say("多少钱", conversation, server.platform.token(exp=int(server.platform.now().timestamp()) + 999)).json()["conversation"]
        == conversation
    )
    invented = "c-" + "0" * 32
    paths = [("GET", "/messages", None), ("GET", "/events", None), ("POST", "/close", {}), ("POST", "/rating", {"stars": 5})]
    for token in (other, None):
        for method, path, body in paths:
            foreign = server.call(method, f"/chat/{conversation}{path}", token, json=body)
            unknown = server.call(method, f"/chat/{invented}{path}", token, json=body)
            assert (foreign.status_code, foreign.content) == (unknown.status_code, unknown.content) == (404, unknown.content)
            assert foreign.json() == UNKNOWN
        elsewhere = server.say("多少钱", conversation, token)
        assert elsewhere.status_code == 200
        assert elsewhere.json()["conversation"] not in (conversation, invented), "as with any unknown conversation, a new one begins"
    refused = server.call("GET", f"/chat/{conversation}/messages", server.platform.token(exp=1))
    assert refused.status_code == 401
    told = server.call("GET", f"/chat/{conversation}/messages", own).json()
    assert [one["text"] for one in told["messages"] if one["sender"] == "citizen"] == ["身份证丢了咋整", "多少钱"]
    assert told["state"] == "bot"


def test_every_route_of_a_conversation_is_guarded(server: Server) -> None:
    begun = server.say("身份证丢了咋整", token=server.platform.token())
    conversation = begun.json()["conversation"]
    paths = server.client.get("/openapi.json").json()["paths"]
    routes = [(method, path) for path, methods in paths.items() if path.startswith("/api/v1/chat/{conversation}") for method in methods]
    assert len(routes) >= 4
    for method, path in routes:
        foreign = server.call(method.upper(), path.removeprefix("/api/v1").format_map({"conversation": conversation}), json={})
        assert (foreign.status_code, foreign.json()) == (404, UNKNOWN), path


def test_anonymous_conversations_stay_anonymous(server: Server) -> None:
    begun = server.say("身份证丢了咋整")
    conversation = begun.json()["conversation"]
    assert server.say("多少钱", conversation, server.platform.token()).json()["conversation"] == conversation
    assert server.say("在哪办", conversation).json()["conversation"] == conversation


def test_a_first_message_sent_again_leads_its_person_back_and_nobody_else(server: Server) -> None:
    client_id = "a-first-message-that-was-lost-1"
    own, other = server.platform.token(), server.platform.token("person-2")
    conversation = server.say("身份证丢了咋整", token=own, client_id=client_id).json()["conversation"]
    assert server.say("身份证丢了咋整", token=own, client_id=client_id).json()["conversation"] == conversation
    for token in (other, None):
        answer = server.say("身份证丢了咋整", token=token, client_id=client_id)
        assert (answer.status_code, answer.json()) == (404, UNKNOWN)


def test_neither_token_nor_platform_id_is_stored(server: Server) -> None:
    token = server.platform.token("a-very-special-subject", identity_hash=FIRST)
    server.say("身份证丢了咋整", token=token)
    database = server.client.app.state.citizens.owners.database.url.database  # type: ignore[attr-defined]
    stored = b"".join(path.read_bytes() for path in Path(database).parent.glob("banshi.db*"))
    assert b"conversation_owners" in stored
    for secret in (b"a-very-special-subject", token.encode(), token.split(".")[2].encode(), FIRST.encode()):
        assert secret not in stored


def test_without_an_issuer_nobody_is_named(tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path, rate_limit=0, _env_file=None)  # type: ignore[call-arg]
    with TestClient(create_app(settings, with_rasa=False)) as client:
        for headers in ({}, {"authorization": "Bearer a.b.c"}):
            assert client.get("/api/v1/me", headers=headers).status_code == 401
            assert client.post("/api/v1/chat", json={"text": "你好"}, headers=headers).status_code == 200
