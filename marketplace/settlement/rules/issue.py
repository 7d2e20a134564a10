"""What the provider is asked to issue: an invoice in its own words, every amount as text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from marketplace.settlement.rules.facts import OrderedLine, TypedInvoice
from marketplace.settlement.rules.match import plain

ISSUED, SENT, CANCELLED = 300, 304, 600
"""The provider's states. Two public programs agree on the first two; the third is what the local twin says. Whatever is
neither of the first two after we asked to cancel counts as cancelled."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An invoice as the provider has it."""

    code: int
    approval_number: str
    sent_on: str
    """yyyyMMdd; empty while the tax service does not have it."""


TAX_TYPES = {"taxable": "과세", "zero": "영세", "exempt": "면세"}
Firm = Mapping[str, str]
"""number, name, representative, address, email."""


def content_of(
    typed: TypedInvoice, key: str, lines: Mapping[int, OrderedLine], seller: Firm, buyer: Firm, *, tax: str
) -> dict[str, Any]:
    """An ordinary invoice (정발행, 청구) as the provider wants it."""
    written = f"{typed.written_on:%Y%m%d}"
    return {
        "writeDate": written,
        "chargeDirection": "정과금",
        "issueType": "정발행",
        "purposeType": "청구",
        "taxType": TAX_TYPES[tax],
        "invoicerMgtKey": key,
        **{f"invoicer{name}": value for name, value in _party(seller).items()},
        "invoiceeType": "사업자",
        **{f"invoicee{name}": value for name, value in _party(buyer, "1").items()},
        "supplyCostTotal": str(typed.supply_minor),
        "taxTotal": str(typed.vat_minor),
        "totalAmount": str(typed.total_minor),
        "detailList": [
            {
                "serialNum": place,
                "purchaseDT": written,
                "itemName": lines[line.order_line_id].description[:100],
                "qty": plain(line.quantity),
                "unitCost": str(lines[line.order_line_id].unit_price_minor) if line.quantity else "",
                "supplyCost": str(line.supply_minor),
                "tax": str(line.vat_minor),
                "remark": "",
            }
            for place, line in enumerate(typed.lines, start=1)
        ],
    }


def _party(firm: Firm, place: str = "") -> dict[str, str]:
    return {
        "CorpNum": firm["number"],
        "CorpName": firm["name"][:70],
        "CEOName": firm["representative"][:30],
        "Addr": firm.get("address", "")[:150],
        f"Email{place}": firm.get("email", ""),
    }


def amended_content(content: Mapping[str, Any], code: str, original: str) -> dict[str, Any]:
    """The same as an amended invoice of the one with the approval number `original`."""
    return {**content, "modifyCode": int(code), "orgNTSConfirmNum": original}


def day_written(text: str) -> date | None:
    """yyyyMMdd as the provider writes a day; None where it is empty."""
    return date(int(text[:4]), int(text[4:6]), int(text[6:8])) if len(text) >= 8 and text[:8].isdigit() else None
