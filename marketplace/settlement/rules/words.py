"""What evidence of this room is called on pages."""

from marketplace.core.i18n import N_

EVENT_WORDS = {
    "settlement_case:opened": N_("세금계산서가 대사와 일치해 정산 건이 열렸습니다"),
    "settlement_case:checked": N_("1차 승인"),
    "settlement_case:approved": N_("2차 승인, 지급 대기"),
    "settlement_case:taken": N_("담당자가 맡음"),
    "settlement_case:escalated": N_("오래 기다려 상급자에게 알림"),
    "settlement_case:returned": N_("반려"),
    "settlement_case:stated": N_("정산서 발급"),
    "settlement_case:paid": N_("지급 완료"),
    "settlement_case:recounted": N_("수정세금계산서로 금액을 다시 셈함"),
    "settlement_case:stopped": N_("수정세금계산서로 모두 상쇄되어 끝남"),
    "settlement_case:reversed": N_("두 담당자가 승인을 취소"),
    "approval_reversal:asked": N_("승인 취소 요청"),
    "approval_reversal:refused": N_("승인을 취소하지 않기로 함"),
    "tax_invoice:amended": N_("수정세금계산서 등록"),
    "tax_invoice:to_recover": N_("지급된 뒤의 수정: 더 지급된 금액 확인"),
    "tax_invoice:recovery_noted": N_("환수 번호를 적음"),
    "tax_invoice:withdrawn": N_("공급기업이 세금계산서를 철회"),
    "disallowance:proposed": N_("불인정 통지"),
    "disallowance:accepted": N_("공급기업이 불인정을 받아들임"),
    "disallowance:objected": N_("공급기업이 이의를 제기"),
    "disallowance:lapsed": N_("소명 기한이 지나 불인정 확정"),
    "disallowance:upheld": N_("이의를 검토해 불인정 유지"),
    "disallowance:overturned": N_("이의를 받아들여 인정"),
    "disallowance:withdrawn": N_("담당자가 불인정을 취소"),
    "invoice_upload:received": N_("공급기업이 전자세금계산서 파일을 올림"),
    "invoice_upload:entered": N_("올린 파일의 세금계산서를 등록"),
    "invoice_upload:discarded": N_("올린 파일을 등록하지 않기로 함"),
    "tax_invoice:refused": N_("맞지 않는 세금계산서 등록이 거절됨"),
}
DAY_WORDS = {
    "order": N_("수주 확인"),
    "delivery": N_("납품"),
    "acceptance": N_("검수 합격"),
    "invoice": N_("세금계산서 작성"),
}
