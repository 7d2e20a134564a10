"""The seal on an archive copy: a PAdES signature of this installation behind the bytes that people signed.

The certificate comes from a small authority of our own, made at first use under var/seal; only its owner may read the
keys. The signed bytes stay as they are: what encloses and seals them is written behind them (an incremental update).
"""

import datetime as dt
import fcntl
import hashlib
import io
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import current_app

from marketplace.core import lazy

x509: Any = lazy("cryptography.x509")
oid: Any = lazy("cryptography.x509.oid")
ec: Any = lazy("cryptography.hazmat.primitives.asymmetric.ec")
hashes: Any = lazy("cryptography.hazmat.primitives.hashes")
serialization: Any = lazy("cryptography.hazmat.primitives.serialization")
asn1_keys: Any = lazy("pyhanko.keys")
embed: Any = lazy("pyhanko.pdf_utils.embed")
writer: Any = lazy("pyhanko.pdf_utils.incremental_writer")
reader: Any = lazy("pyhanko.pdf_utils.reader")
fields: Any = lazy("pyhanko.sign.fields")
signers: Any = lazy("pyhanko.sign.signers")
validation: Any = lazy("pyhanko.sign.validation")
certvalidator: Any = lazy("pyhanko_certvalidator")

FIELD = "ArchiveSeal"
YEARS = 10
"""How long the certificates say they are good. Assumed: twice the five years that papers are kept."""


@dataclass(frozen=True)
class Checked:
    """What a seal says of a file: `intact` where not a byte of it changed since, `trusted` where the seal is ours,
    `whole` where it covers the file to its end."""

    intact: bool
    trusted: bool
    whole: bool

    @property
    def good(self) -> bool:
        return self.intact and self.trusted and self.whole


def folder() -> Path:
    """Where the keys and certificates of this installation lie, made where they do not exist yet."""
    place = Path(current_app.config["MARKETPLACE"].var) / "seal"
    if not (place / "seal.pem").is_file():
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (place / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two workers at once make one authority
            if not (place / "seal.pem").is_file():
                _make(place)
    return place


def _make(place: Path) -> None:
    root, authority = ec.generate_private_key(ec.SECP256R1()), "Data Voucher Market archive authority"
    _keep(place / "authority.key", _private(root), 0o600)
    top = _certificate(authority, root, authority, root, authority=True)
    _keep(place / "authority.pem", top, 0o644)
    key = ec.generate_private_key(ec.SECP256R1())
    _keep(place / "seal.key", _private(key), 0o600)
    # Written last: whoever sees it finds the rest.
    _keep(place / "seal.pem", _certificate("Data Voucher Market archive seal", key, authority, root), 0o644)


def _private(key: Any) -> bytes:
    kind = serialization.PrivateFormat.PKCS8
    words: bytes = key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption())
    return words


def _certificate(name: str, key: Any, issuer: str, by: Any, *, authority: bool = False) -> bytes:
    now = dt.datetime.now(dt.UTC)
    draft = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(oid.NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(oid.NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=366 * YEARS))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
    )
    uses = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
    )
    uses |= {"digital_signature": not authority, "content_commitment": not authority}
    uses |= {"key_cert_sign": authority, "crl_sign": authority}
    draft = draft.add_extension(x509.KeyUsage(**uses), critical=True)
    words: bytes = draft.sign(by, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    return words


def _keep(path: Path, words: bytes, mode: int) -> None:
    """Write a file that nobody ever sees half written or with wider rights than `mode`."""
    draft = path.with_suffix(path.suffix + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(words)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)


def certificate_sha256() -> str:
    """The fingerprint of the certificate that seals, in hexadecimal; the check page names it."""
    certificate = x509.load_pem_x509_certificate((folder() / "seal.pem").read_bytes())
    return hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest()


def sealed(original: bytes, enclosed: dict[str, Any], at: dt.datetime) -> bytes:
    """`original`, unchanged, and behind it the record `enclosed` as an attached JSON file and the seal over all of it.

    Raises ValueError if the first bytes were not those of `original`: that would be another document.
    """
    place = folder()
    update = writer.IncrementalPdfFileWriter(io.BytesIO(original))
    words = json.dumps(enclosed, ensure_ascii=False, sort_keys=True, indent=1).encode()
    file = embed.EmbeddedFileObject.from_file_data(update, words, mime_type="application/json")
    file.params = embed.EmbeddedFileParams(creation_date=at, modification_date=at)
    embed.embed_file(
        update,
        embed.FileSpec(file_spec_string="signatures.json", embedded_data=file, description="서명 기록"),
    )
    signer = signers.SimpleSigner.load(
        str(place / "seal.key"), str(place / "seal.pem"), ca_chain_files=[str(place / "authority.pem")]
    )
    terms = signers.PdfSignatureMetadata(
        field_name=FIELD,
        reason="archive copy",
        name="Data Voucher Market",
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    out = io.BytesIO()
    signers.PdfSigner(
        terms, signer=signer, new_field_spec=fields.SigFieldSpec(FIELD, readable_field_name="보존용 봉인")
    ).sign_pdf(update, output=out)
    data = out.getvalue()
    if not data.startswith(original):
        raise ValueError("sealing changed the bytes that were signed")
    return data


def checked(data: bytes) -> Checked:
    """What the seal on `data` says. A file that cannot be read any more is not intact."""
    try:
        roots = [asn1_keys.load_cert_from_pemder(str(folder() / "authority.pem"))]
        context = certvalidator.ValidationContext(trust_roots=roots, allow_fetching=False)
        signature = reader.PdfFileReader(io.BytesIO(data), strict=False).embedded_signatures[0]
        status = validation.validate_pdf_signature(signature, context)
    except Exception:  # whatever was done to the file, it is not what was sealed
        return Checked(False, False, False)
    whole = status.coverage is validation.SignatureCoverageLevel.ENTIRE_FILE
    return Checked(bool(status.intact and status.valid), bool(status.trusted), bool(whole))
