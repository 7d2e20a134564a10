"""Which page shows which record: noun of the subject -> (endpoint, name of the id). Naming a page is no import."""

from typing import Any

PAGES = {
    "callback": ("supervision.call", "callback_id"),
    "final_evaluation": ("supervision.evaluation", "evaluation_id"),
    "final_report": ("supervision.report", "report_id"),
    "midterm_check": ("supervision.check", "check_id"),
    "site_visit": ("supervision.visit", "visit_id"),
    "application": ("grants.application", "application_id"),
    "application_party": ("grants.party", "party_id"),
    "award": ("grants.applications", ""),
    "agreement": ("grants.agreement", "agreement_id"),
    "change_request": ("amendments.show", "request_id"),
    "bank_account": ("payments.account", "account_id"),
    "call": ("grants.call", "call_id"),
    "card_payment": ("payments.card", "payment_id"),
    "firm_certificate": ("grants.certificates", ""),
    "decision": ("evaluation.decision", "decision_id"),
    "decision_line": ("evaluation.result", "line_id"),
    "delivery": ("delivery.show", "delivery_id"),
    "disallowance": ("settlement.cut", "disallowance_id"),
    "deposit": ("payments.deposits", ""),
    "designation": ("suppliers.designation", "designation_id"),
    "evaluation": ("evaluation.show", "evaluation_id"),
    "impostor_report": ("suppliers.reports", ""),
    "grant_payment": ("grants.grant_payment", "grant_payment_id"),
    "invoice_issue": ("settlement.issue", "issue_id"),
    "invoice_upload": ("settlement.show_upload", "upload_id"),
    "listing": ("catalogue.listing", "listing_id"),
    "matching_day": ("matchday.day", "day_id"),
    "need": ("matching.need", "need_id"),
    "objection": ("evaluation.index", ""),
    "order_change": ("orders.change", "change_id"),
    "own_share_receipt": ("payments.receipts", ""),
    "panel": ("evaluation.panel", "panel_id"),
    "paper": ("papers.show", "paper_id"),
    "payout": ("payments.mine", ""),
    "payout_batch": ("payments.batch", "batch_id"),
    "pre_agreement": ("matching.pre_agreement", "pre_agreement_id"),
    "programme": ("front.programme", "programme_id"),
    "purchase_order": ("orders.show", "order_id"),
    "quote": ("matching.quote", "quote_id"),
    "recovery_case": ("recovery.case", "case_id"),
    "ruleset": ("programmes.ruleset", "ruleset_id"),
    "saved_search": ("catalogue.saved_searches", ""),
    "score_sheet": ("evaluation.sheet", "sheet_id"),
    "screening_flag": ("evaluation.index", ""),
    "settlement_case": ("settlement.case", "case_id"),
    "spending_rule": ("orders.spending", ""),
    "staff_role": ("accounts.staff", ""),
    "tax_invoice": ("settlement.invoice", "invoice_id"),
    "voucher_return": ("orders.voucher_return", "return_id"),
    "voucher": ("front.voucher", "voucher_id"),
}


def page_of(subject: str | None) -> tuple[str, dict[str, Any]] | None:
    """Endpoint and values of the page about 'purchase_order:42', or None where no page shows it."""
    noun, _colon, identity = (subject or "").partition(":")
    if noun not in PAGES or not identity.isdigit():
        return None
    endpoint, name = PAGES[noun]
    return endpoint, ({name: int(identity)} if name else {})
