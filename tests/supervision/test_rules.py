"""The pure rules: photos, lots, grades, sums of a closing and lists of workers."""

import struct
from fractions import Fraction

import pytest

from marketplace.supervision import rules
from marketplace.supervision.rules import Given, picture_of
from tests.supervision.makers import png


def jpeg(*segments, up=None, order=b"II*\0"):
    """A JPEG of a frame and a scan, with further segments before them."""
    parts = [b"\xff\xd8"]
    if up is not None:
        sign = "<" if order == b"II*\0" else ">"
        tiff = order + struct.pack(f"{sign}IHHHIHHI", 8, 1, 0x0112, 3, 1, up, 0, 0) + b"GPS 37.5665"
        parts.append(_segment(0xE1, b"Exif\0\0" + tiff))
    parts += [_segment(marker, body) for marker, body in segments]
    parts.append(_segment(0xC0, struct.pack(">BHHB", 8, 30, 40, 3) + b"\x01\x22\0\x02\x11\x01\x03\x11\x01"))
    parts.append(_segment(0xDA, b"\x03\x01\0\x02\x11\x03\x11\0\x3f\0") + b"scan data\xff\0more")
    return b"".join([*parts, b"\xff\xd9"])


def _segment(marker, body):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


def test_a_photo_keeps_its_picture_and_which_side_is_up_and_nothing_else():
    shot = (
        jpeg((0xFE, b"a comment"), (0xED, b"Photoshop"), (0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"), up=6) + b"trailer"
    )
    kept = picture_of(shot)
    assert (kept.kind, kept.width, kept.height) == ("jpeg", 40, 30)
    for secret in (b"GPS", b"comment", b"Photoshop", b"trailer"):
        assert secret in shot and secret not in kept.data
    assert b"JFIF" in kept.data and b"scan data\xff\0more\xff\xd9" in kept.data
    assert picture_of(kept.data) == kept  # what is kept is a picture again, still turned
    assert b"Exif" not in picture_of(jpeg(up=1)).data and b"Exif" in picture_of(jpeg(up=8, order=b"MM\0*")).data
    plain = picture_of(png(3, 5, Comment="37.5665") + b"behind the end")
    assert (plain.kind, plain.width, plain.height) == ("png", 3, 5)
    assert b"37.5665" not in plain.data and b"behind" not in plain.data


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a", b"%PDF-1.7", png()[:-6], png()[:20], png().replace(b"IDAT", b"IDAX"), jpeg()[:-2], jpeg()[:30], jpeg()[:3],
     b"\xff\xd8\xff\xe1\xff\xff", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"<svg onload=alert(1)>"],
)  # fmt: skip
def test_what_is_no_whole_picture_is_refused(data):
    with pytest.raises(rules.BadPicture):
        picture_of(data)


def test_lots_are_found_again_and_bring_as_many_as_the_rules_say():
    people = list(range(1, 101))
    drawn = rules.draw(people, 10, "seed")
    assert drawn == rules.draw(reversed(people), 10, "seed") and len(set(drawn)) == 10
    assert drawn != rules.draw(people, 10, "another") and rules.draw(people, 20, "seed")[:10] == drawn
    sizes = [rules.sample_size(many, Fraction(1, 10), 5) for many in (0, 3, 5, 49, 51, 100, 101)]
    assert sizes == [0, 3, 5, 5, 6, 10, 11]
    assert rules.population_sha256([2, 1]) == rules.population_sha256([1, 2]) != rules.population_sha256([1, 2, 3])


def test_grades_at_their_marks_exactly():
    marks = rules.terms().marks
    assert [rules.grade_of(points, marks) for points in (10000, 9000, 8999, 7000, 6999, 6000, 5999, 0)] == [
        *("excellent", "excellent", "normal", "normal", "insufficient", "insufficient", "poor", "poor"),
    ]
    found = rules.graded([({"A": 90}, "x"), ({"A": 89}, "y")], marks)
    assert (found.points, found.grade) == (8950, "normal")
    assert found.sha256 != rules.graded([({"A": 90}, "x"), ({"A": 89}, "z")], marks).sha256
    assert sum(each.points for each in rules.terms().criteria) == 100


def test_a_closing_accounts_for_every_won_and_says_when_it_does_not():
    moves = [
        *(Given("activate_support", "voucher", 1000), Given("activate_own", "voucher", 300)),
        *(Given("reserve_support", "purchase_order", 600), Given("reserve_own", "purchase_order", 200)),
        *(Given("approve_support", "settlement_case", 450), Given("approve_own", "settlement_case", 150)),
        *(Given("release_support", "purchase_order", 150), Given("release_own", "purchase_order", 50)),
        *(Given("lapse", "voucher_return", 100), Given("refund", "voucher_return", 30)),
        *(
            Given("lapse", "change_request", 50),
            Given("lapse", "voucher", 400),
            Given("refund", "voucher", 120),
        ),
    ]
    sums = rules.closing_of(moves)
    assert sums.balances
    assert (sums.support_spent, sums.support_returned, sums.support_changed, sums.support_lapsed) == (450, 100, 50, 400)
    assert (sums.from_orders, sums.never_ordered, sums.own_refunded) == (150, 250, 150)
    assert not rules.closing_of(moves[:-1]).balances


def test_a_list_of_workers_is_read_line_by_line():
    assert rules.typed_workers("작업자1, 라벨링, 40\n\n작업자2, 검수, 8\n") == [
        ["작업자1", "라벨링", 40],
        ["작업자2", "검수", 8],
    ]
    for wrong, line in (("작업자1", 1), ("a,b,c", 1), ("a,b,1\na,b,2", 2), ("a,b,-1", 1), ("가" * 61 + ",b,1", 1)):
        with pytest.raises(rules.BadWorkers) as bad:
            rules.typed_workers(wrong)
        assert bad.value.line == line
