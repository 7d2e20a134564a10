"""Addresses with ids."""

import pytest


@pytest.mark.parametrize("identity", ["9223372036854775807", "9223372036854775808", "1" + "0" * 40, "9" * 5000])
def test_an_id_that_no_row_can_have_is_not_found(client, identity):
    assert client.get(f"/catalogue/{identity}").status_code == 404
