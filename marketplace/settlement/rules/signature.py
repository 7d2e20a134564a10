"""The signature in an invoice's XML: is what it signs unchanged, and whose certificate does it name?

The certificate's chain is not followed (the roots of Korea's joint certificates do not come with this program), so an
intact signature proves that nothing was changed since, and not who signed. The certificate is shown to the officer.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from marketplace.core import lazy

signxml: Any = lazy("signxml")
x509: Any = lazy("cryptography.x509")
DSIG = "{http://www.w3.org/2000/09/xmldsig#}"
READABLE = {
    "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/2001/10/xml-exc-c14n#",
}
"""Transforms that are carried out. An XPath of the sender's is not: then the signature stays unchecked, and so it says."""


class Seal(StrEnum):
    """What came of looking at the signature."""

    NONE = "none"
    INTACT = "intact"
    BROKEN = "broken"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Signature:
    """`signer` is the subject of the certificate inside, '' where there is none that can be read."""

    seal: Seal
    signer: str = ""


def check_signature(root: Any) -> Signature:
    """Look at the signature of a tree that `kec.tree_of` has read."""
    found = root.findall(f".//{DSIG}Signature")
    if not found:
        return Signature(Seal.NONE)
    if len(found) > 1 or found[0].getparent() is not root:
        return Signature(Seal.BROKEN)
    signer, pem = _certificate(found[0])
    transforms = {each.get("Algorithm") for each in found[0].iter(f"{DSIG}Transform")}
    references = found[0].findall(f"{DSIG}SignedInfo/{DSIG}Reference")
    if not pem or not transforms <= READABLE or [each.get("URI") for each in references] != [""]:
        return Signature(Seal.UNCHECKED, signer)
    try:
        seen = signxml.XMLVerifier().verify(root, x509_cert=pem)
    except signxml.exceptions.InvalidSignature:
        return Signature(Seal.BROKEN, signer)
    except (signxml.exceptions.InvalidInput, ValueError, TypeError, KeyError):
        # An algorithm that is not known here, or no longer trusted (SHA-1).
        return Signature(Seal.UNCHECKED, signer)
    whole = seen.signed_xml is not None and seen.signed_xml.tag == root.tag
    return Signature(Seal.INTACT if whole else Seal.BROKEN, signer)


def _certificate(node: Any) -> tuple[str, str]:
    """Subject and PEM of the first certificate in the signature."""
    text = node.findtext(f".//{DSIG}X509Certificate") or ""
    body = "\n".join(text.split())
    pem = f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
    except (ValueError, TypeError):
        return "", ""
    return certificate.subject.rfc4514_string()[:200], pem
