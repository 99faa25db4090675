"""What is kept and logged holds no secret: a gateway of its own, pushed to by every wire, and its files read."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path

import httpx
import pytest

from icjs_gateway.adapters.wire.soap import open_envelope
from icjs_gateway.adapters.wire.soap_answers import SOAP, WSSE
from icjs_gateway.adapters.wire.soap_secrets import without_passwords
from icjs_gateway.adapters.wire.vault import Vault
from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.registry import packaged_contracts
from icjs_gateway.routing.ports import Sealed
from icjs_gateway.routing.private_files import make_private
from icjs_gateway.stores.engine import open_engine
from tests.acceptance.gateway import installed

SECRET = "k3pt-by-nobody-0123456789"
PARTNERS = f"""
partners:
  - id: hp-police
    name: HP Police
    pillar: police
    jurisdiction: {{state: HP}}
    credentials: [{{type: client-secret, client_id: hp-police, secret: {SECRET}}}]
    may: {{push: ["police.*"]}}
  - id: hp-courts
    name: HP courts
    pillar: courts
    jurisdiction: {{state: HP}}
    credentials:
      - {{type: client-secret, client_id: hp-courts, secret: {SECRET}}}
      - {{type: ws-security, username: hp-courts, password: {SECRET}}}
    may: {{push: ["courts.*"]}}
"""


def sample(contract: str, name: str) -> bytes:
    return (packaged_contracts() / contract / "v1/samples/valid" / name).read_bytes()


def soap(payload: bytes, password: str = SECRET) -> bytes:
    inner = payload.partition(b"?>")[2] if payload.startswith(b"<?xml") else payload
    head = (
        f'<s:Envelope xmlns:s="{SOAP}"><s:Header><w:Security xmlns:w="{WSSE}"><w:UsernameToken>'
        f"<w:Username>hp-courts</w:Username><w:Password>{password}</w:Password></w:UsernameToken></w:Security>"
        "</s:Header><s:Body>"
    )
    return head.encode() + inner + b"</s:Body></s:Envelope>"


async def push_by_every_wire(url: str) -> list[str]:
    """The tokens that were used."""
    tokens = []
    async with httpx.AsyncClient(base_url=url) as client:
        for partner in ("hp-police", "hp-courts"):
            form = {"grant_type": "client_credentials", "client_id": partner, "client_secret": SECRET}
            tokens.append((await client.post("/oauth2/token", data=form)).raise_for_status().json()["access_token"])
        police, courts = ({"Authorization": f"Bearer {token}"} for token in tokens)
        json_type, xml_type = {"Content-Type": "application/json"}, {"Content-Type": "application/xml"}
        told = sample("police/fir", "regular.json")
        answer = await client.post("/v1/messages/police.fir.v1", content=told, headers=police | json_type)
        assert answer.status_code == 202, answer.text
        told = sample("courts/bail-order", "plain.xml")
        answer = await client.post("/v1/messages/courts.bail-order.v1", content=told, headers=courts | xml_type)
        assert answer.status_code == 202, answer.text
        envelope, as_xml = soap(sample("courts/hearing-outcome", "plain.xml")), {"Content-Type": "text/xml"}
        first = await client.post("/soap/courts", content=envelope, headers=as_xml)
        assert first.status_code == 200, first.text
        again = await client.post("/soap/courts", content=envelope, headers=as_xml)
        assert (again.headers.get("idempotent-replayed"), again.content) == ("true", first.content)
        # Refusals too: a wrong password, an unknown operation, a token where it does not belong.
        for refused in (
            await client.post("/soap/courts", content=soap(b"<x/>"), headers=as_xml),
            await client.post("/soap/courts", content=soap(b"<x/>", f"{SECRET}-wrong"), headers=as_xml),
            await client.get(f"/v1/cases?access_token={tokens[0]}", headers=police),
            await client.post("/v1/messages/police.fir.v1", content=b"{", headers=police | json_type),
            await client.post("/oauth2/token", data=form | {"client_secret": f"{SECRET}-wrong"}),
        ):
            assert refused.status_code >= 400
            assert SECRET not in refused.text
            assert not any(token in refused.text for token in tokens)
    return tokens


async def test_no_file_holds_a_secret_and_nobody_else_reads_one(tmp_path: Path) -> None:
    gateway = installed(tmp_path / "gateway")
    before = os.umask(0)
    try:
        await gateway.apply(PARTNERS)
        (gateway.folder / "partners.yaml").unlink()
        url = await gateway.start()
        modes = {
            path.relative_to(gateway.folder): stat.S_IMODE(path.stat().st_mode)
            for path in gateway.folder.rglob("*")
            if path != gateway.log
        }
        tokens = await push_by_every_wire(url)
    finally:
        os.umask(before)
        await gateway.stop()
    assert Path("gateway.db-wal") in modes
    assert {path: mode for path, mode in modes.items() if mode != (0o700 if path == Path("keys") else 0o600)} == {}
    kept = {path: path.read_bytes() for path in gateway.folder.rglob("*") if path.is_file()}
    vault = Vault(gateway.folder / "keys")
    with sqlite3.connect(gateway.folder / "gateway.db") as connection:
        rows = connection.execute("SELECT identity, channel, key_id, wrapped_key, body FROM messages").fetchall()
    bodies = {
        identity: vault.open(Sealed(key_id=key_id, wrapped_key=wrapped, ciphertext=body), identity.encode())
        for identity, _, key_id, wrapped, body in rows
    }
    assert len(bodies) == 3
    for secret in (SECRET, *tokens):
        assert [path for path, held in kept.items() if secret.encode() in held] == []
        assert [identity for identity, held in bodies.items() if secret.encode() in held] == []
    [envelope] = [bodies[identity] for identity, channel, *_ in rows if channel == "soap"]
    assert b"<w:Username>hp-courts</w:Username><w:Password></w:Password>" in envelope
    assert (
        open_envelope(envelope).payload.digest
        == open_envelope(soap(sample("courts/hearing-outcome", "plain.xml"))).payload.digest
    )


@pytest.mark.parametrize(
    "written",
    [
        "secret",
        "&#115;ecret&amp;",
        "<![CDATA[secret]]>",
        "se<!-- secret -->cret",
        "<?pi secret?>secret",
        "\n  सिक्रेट secret\n",
        "<w:b>secret</w:b>secret",
    ],
)
def test_a_password_is_left_out_however_it_is_written(written: str) -> None:
    message = b'<?xml version="1.0" encoding="UTF-8"?><m>\xe0\xa4\x95 secret of the case</m>'
    kept = without_passwords(soap(message, written))
    assert kept == soap(message, "")


def test_files_that_others_could_read_are_mended_and_told_to_the_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "gateway.db"
    for name in ("gateway.db", "gateway.db-wal"):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(0o664)
    open_engine(f"sqlite:///{file}").dispose()
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("gateway.db", "gateway.db-wal")] == [0o600] * 2
    assert "store.file-was-open" in capsys.readouterr().out


def test_a_file_that_cannot_be_mended_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").touch()
    (tmp_path / "key").chmod(0o644)

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", denied)
    with pytest.raises(Misconfigured, match="0600"):
        make_private(tmp_path / "key")
