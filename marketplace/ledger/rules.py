"""Words for kinds of accounts and reasons of transfers, as message ids. The kinds and routes themselves are rows."""

from marketplace.core.i18n import N_

KIND_WORDS: dict[str, str] = {
    "appropriation": N_("예산 출연"),
    "bank_in": N_("입금 계좌"),
    "pool": N_("사업 예산"),
    "support_available": N_("쓸 수 있는 지원금"),
    "support_reserved": N_("주문에 묶인 지원금"),
    "own_available": N_("쓸 수 있는 자부담금"),
    "own_reserved": N_("주문에 묶인 자부담금"),
    "refund_due": N_("돌려줄 자부담금"),
    "payable": N_("공급기업에 줄 돈"),
    "retained": N_("지급 보류금"),
    "in_transit": N_("송금 중"),
    "paid": N_("지급 완료"),
    "lapsed": N_("소멸한 지원금"),
    "recovery_due": N_("환수할 돈"),
}

REASON_WORDS: dict[str, str] = {
    "fund": N_("예산 배정"),
    "activate_support": N_("지원금 배정"),
    "activate_own": N_("자부담금 입금"),
    "reserve_support": N_("지원금 묶음"),
    "reserve_own": N_("자부담금 묶음"),
    "release_support": N_("지원금 풀림"),
    "release_own": N_("자부담금 풀림"),
    "approve_support": N_("지원금 지급 승인"),
    "approve_own": N_("자부담금 지급 승인"),
    "send": N_("송금 시작"),
    "settle": N_("송금 완료"),
    "bounce": N_("송금 반려"),
    "lapse": N_("지원금 소멸"),
    "refund": N_("자부담금 환불 결정"),
    "send_refund": N_("환불 송금 시작"),
    "bounce_refund": N_("환불 송금 반려"),
}
