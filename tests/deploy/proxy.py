"""`deploy/nginx.conf` as it is, but for its ports, paths and the web processes behind it."""

import os
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from scripts.ensure_nginx import find_nginx
from tests.cluster.processes import ROOT, Part, free_port, is_listening

SAMPLE = ROOT / "deploy" / "nginx.conf"


class Nginx(Part):
    """An ordinary child process in the foreground; `ports` are those of the web processes."""

    def __init__(self, folder: Path, ports: list[int]) -> None:
        program = find_nginx()
        assert program, "There is no nginx: `make .venv/proxy` gets one."
        folder.mkdir()
        self.folder = folder
        self.port, self.plain_port = free_port(), free_port()
        self.address = f"https://127.0.0.1:{self.port}"
        self.certificate = make_certificate(folder)
        (folder / "site.conf").write_text(self._site(folder, ports))
        (folder / "nginx.conf").write_text(_frame(folder))
        super().__init__(
            "nginx",
            [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"],
            folder=folder,
            is_ready=lambda: is_listening(self.port),
        )

    def _site(self, folder: Path, ports: list[int]) -> str:
        text = SAMPLE.read_text()
        changes = {
            "listen 80;": f"listen 127.0.0.1:{self.plain_port};",
            "listen 443 ssl http2;": f"listen 127.0.0.1:{self.port} ssl http2;",
            "/etc/nginx/fusionweb.crt": str(folder / "site.crt"),
            "/etc/nginx/fusionweb.key": str(folder / "site.key"),
            "/var/cache/nginx/fusionweb": str(folder / "cache"),
            "127.0.0.1:8001": f"127.0.0.1:{ports[0]}",
            "127.0.0.1:8002": f"127.0.0.1:{ports[1]}",
        }
        for sample, ours in changes.items():
            assert text.count(sample) == 1, f"The sample has no single “{sample}”."
            text = text.replace(sample, ours)
        return text


def _frame(folder: Path) -> str:
    """What nginx.conf of a package has around a site."""
    as_user = "user root;" if os.geteuid() == 0 else ""
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"{as_user}\ndaemon off;\nworker_processes 1;\npid {folder}/pid;\nerror_log stderr;\n"
        "events { worker_connections 512; }\n"
        f"http {{\naccess_log {folder}/access.log;\n{temporary}include {folder}/site.conf;\n}}\n"
    )


def make_certificate(folder: Path) -> Path:
    """For 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "site.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "site.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "site.crt"
