"""The bytes of a paper: its facts in its template, the check code and QR on it."""

import io

import segno
from flask import current_app
from flask_babel import force_locale
from markupsafe import Markup

from marketplace.core.i18n import amounts_in
from marketplace.core.pdf import Enclosed, render_pdf
from marketplace.papers.models import Paper


def check_address(code: str) -> str:
    """Where anybody asks whether a code is genuine."""
    return f"{current_app.config['MARKETPLACE'].public_url}/check/{code}"


def qr_svg(text: str) -> Markup:
    """A QR code as SVG with attributes only, as the content policy wants it."""
    out = io.BytesIO()
    segno.make(text, error="m").save(
        out, kind="svg", xmldecl=False, svgns=True, svgclass="qr-image", lineclass=None, omitsize=True, border=2
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - drawn by segno from our own address


def html_of(paper: Paper) -> str:
    """The page that becomes the PDF. Papers are written in Korean, the language of the programme's law."""
    address = check_address(paper.code)
    amounts_in(paper.facts.get("unit", "KRW"))
    with force_locale("ko"):
        template = current_app.jinja_env.get_template(f"documents/{paper.kind}.html")
        return template.render(paper=paper, facts=paper.facts, address=address, qr=qr_svg(address))


def pdf_of(paper: Paper) -> bytes:
    """The PDF, the same bytes whenever it is made from the same paper. What the facts enclose (name, text, description:
    the XML of an invoice) is attached to it, and so stands under the hash that the check code shows."""
    enclosed = [Enclosed(**each) for each in paper.facts.get("enclosed", [])]
    return render_pdf(html_of(paper), identifier=paper.facts_sha256[:32], created=paper.issued_at, enclosed=enclosed)
