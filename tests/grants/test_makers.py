"""The makers walk the real way and leave what they promise."""

import pytest

from marketplace.grants import queries
from marketplace.vouchers import queries as vouchers
from tests.grants import makers


@pytest.mark.parametrize(("support", "own"), [(30_000_000, 10_000_000), (5_000_000, 0), (7_000_001, 3_333_333)])
def test_a_voucher_of_these_amounts_is_active_and_has_its_agreement(app, support, own):
    made = makers.make_voucher(support=support, own=own)
    voucher = vouchers.get_voucher(made.voucher_id)
    pots = vouchers.pots_of(made.voucher_id)
    assert (voucher.support_minor, voucher.own_cash_minor) == (support, own)
    assert (str(voucher.state), pots.support_available, pots.own_available) == (
        "active",
        support,
        own + voucher.vat_minor,
    )
    agreement = queries.find_agreement_of_voucher(made.voucher_id)
    assert agreement.organisation_id == made.sme.organisation_id
    assert agreement.supplier_id == made.supplier.organisation_id
