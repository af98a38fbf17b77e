"""HTTPS to a checked address: the certificate must be for the name, not for the address."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from panels.tools.errors import NotReached
from panels.tools.fetching import Fetcher, FetchLimits
from tests.tools.names import Names, only_not_public_outside
from tests.tools.web_server import Site, serve_site

HELLO = b"<html><head><title>Hello</title></head><body><p>One short sentence.</p></body></html>"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Certificate and key for secure.example, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "secure.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("secure.example")]), False)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "certificate.pem", folder / "key.pem"


@pytest.fixture
def server_context(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    context.names_asked = []
    context.sni_callback = lambda _socket, name, _context: context.names_asked.append(name)
    return context


async def fetched(site: Site, host: str, tls: ssl.SSLContext | None):
    fetcher = Fetcher(
        FetchLimits(ports=frozenset({site.port}), total_seconds=5.0),
        resolve=Names(secure_example=["127.0.0.1"], other_example=["127.0.0.1"]),
        what_it_is=only_not_public_outside("127.0.0.1"),
        tls=tls,
    )
    return await fetcher.fetch(site.url(host, "/a", scheme="https"))


async def test_the_server_is_asked_for_by_name_at_the_checked_address(
    certificate, server_context, connections
):
    trusting = ssl.create_default_context(cafile=certificate[0])
    async with serve_site(tls=server_context) as site:
        site.page("/a", HELLO)
        page = await fetched(site, "secure.example", trusting)
    assert page.title == "Hello"
    assert server_context.names_asked == ["secure.example"]
    assert connections == [("127.0.0.1", site.port)]
    assert site.asked[0].headers["host"] == f"secure.example:{site.port}"


@pytest.mark.parametrize("host", ["other.example", "127.0.0.1"])
async def test_a_certificate_for_another_name_is_refused(certificate, server_context, host):
    trusting = ssl.create_default_context(cafile=certificate[0])
    async with serve_site(tls=server_context) as site:
        site.page("/a", HELLO)
        with pytest.raises(NotReached, match="can't be reached"):
            await fetched(site, host, trusting)
    assert site.asked == []


async def test_a_certificate_that_nobody_signed_is_refused(server_context):
    async with serve_site(tls=server_context) as site:
        site.page("/a", HELLO)
        with pytest.raises(NotReached, match="can't be reached"):
            await fetched(site, "secure.example", None)
    assert site.asked == []
