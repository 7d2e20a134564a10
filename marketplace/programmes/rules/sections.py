"""The sections of a ruleset: each field is a rule of the programme, with its shape and its Korean label."""

# ruff: noqa: RUF009 - fact() only declares a field; it is dataclasses.field under another name.

from dataclasses import dataclass
from fractions import Fraction

from marketplace.programmes.rules.shapes import Amount, Choice, Codes, Count, Days, Flag, Industries, Rate
from marketplace.programmes.rules.sourced import Sourced, extra, fact
from marketplace.programmes.rules.words import N_, Text

SIZE_CLASSES = {
    "micro": N_("소상공인"),
    "small": N_("소기업"),
    "medium": N_("중기업"),
    "pre_founder": N_("예비창업자"),
    "mid_size": N_("중견기업"),
    "large": N_("대기업"),
    "public_body": N_("공공기관"),
}
LEGAL_BASES = {"SUBSIDY": N_("보조금"), "CONTRIBUTION": N_("출연금"), "FUND": N_("기금")}
EARLIER = {
    "ALLOWED": N_("다시 받을 수 있음"),
    "BARRED": N_("다시 받을 수 없음"),
    "BARRED_UNLESS_YOUTH": N_("청년기업이 아니면 다시 받을 수 없음"),
}
VAT_MODES = {
    "EXCLUDED_BUYER_PAYS": N_("지원금은 공급가액만, 부가가치세는 수요기업이 부담"),
    "INCLUDED": N_("부가가치세를 포함한 금액으로 지원"),
    "EXEMPT": N_("부가가치세 없음"),
}
OWN_MONEY = {
    "PROGRAMME_ACCOUNT": N_("사업 계좌로 입금"),
    "DIRECT": N_("공급기업에 직접 지급하고 증빙"),
}
LEADS = {"BUYER": N_("수요기업"), "SUPPLIER": N_("공급기업"), "CONSORTIUM": N_("주관기관")}
LISTINGS = {
    "dataset": N_("데이터"),
    "general_processing": N_("일반 가공"),
    "ai_processing": N_("AI 가공"),
}
RECIPIENTS = {"DEMAND": N_("수요기업"), "AGENCY": N_("전담기관")}
EXPIRIES = {"AGREEMENT_END": N_("협약 종료일"), "MONTHS_FROM_ISSUE": N_("발급일부터 수행 기간까지")}
CLOSINGS = {
    "NOTHING": N_("기다리지 않음"),
    "REPORT": N_("결과보고 접수 완료"),
    "GRADE": N_("최종평가 확정"),
}
SHORTFALLS = {"PRO_RATA": N_("협약 비율대로 함께 줄임"), "SUPPORT_FIRST": N_("지원금부터 줄임")}

DAYS, WORKING_DAYS, MONTHS = N_("%(n)s일"), N_("%(n)s영업일"), N_("%(n)s개월")
YEARS, TIMES, FIRMS, POINTS = N_("%(n)s년"), N_("%(n)s회"), N_("%(n)s개사"), N_("%(n)s점")
PEOPLE, DEGREES, AGE = N_("%(n)s명"), N_("%(n)s촌"), N_("만 %(n)s세")
DAY_OF_MONTH, FACTOR = N_("다음 달 %(n)s일"), N_("%(n)s배")


@dataclass(frozen=True, slots=True)
class Programme:
    legal_basis: Sourced[str | None] = fact(Choice(LEGAL_BASES), N_("재원의 법적 성격"), optional=True)
    budget: Sourced[int | None] = fact(Amount(low=1), N_("사업 예산"), optional=True)
    places_total: Sourced[int | None] = fact(Count(FIRMS, low=1), N_("전체 지원 규모"), optional=True)


@dataclass(frozen=True, slots=True)
class Kind:
    code: str
    name: Text
    cap: Sourced[int] = fact(Amount(low=1), N_("과제당 지원 한도"))
    places: Sourced[int | None] = fact(Count(FIRMS, low=1), N_("유형별 지원 규모"), optional=True)
    lead: Sourced[str] | None = extra(Choice(LEADS), N_("신청을 이끄는 쪽"))
    own_share_waived: Sourced[bool] | None = extra(Flag(N_("면제"), N_("면제하지 않음")), N_("기업 부담금"))
    supplier_max: Sourced[int] | None = extra(Count(N_("%(n)s건"), low=1), N_("이 유형에서 공급기업당 과제 수 상한"))
    buys: Sourced[tuple[str, ...]] | None = extra(Codes(LISTINGS), N_("바우처로 살 수 있는 것"))


@dataclass(frozen=True, slots=True)
class ClassTerms:
    code: str
    gov_rate: Sourced[Fraction] = fact(Rate(), N_("지원금 비율 상한"))
    cash_min_rate: Sourced[Fraction] = fact(Rate(), N_("기업 부담 현금 최소 비율"))
    in_kind_allowed: Sourced[bool] = fact(Flag(N_("인정"), N_("인정하지 않음")), N_("기업 부담 현물"))
    youth_cash_waived: Sourced[bool] = fact(Flag(N_("면제"), N_("면제하지 않음")), N_("청년기업의 현금 최소 부담"))


@dataclass(frozen=True, slots=True)
class Quotas:
    youth: Sourced[Fraction | None] = fact(Rate(), N_("청년기업 배정 비율"), optional=True)
    regional: Sourced[Fraction | None] = fact(Rate(), N_("비수도권 배정 비율"), optional=True)
    micro: Sourced[Fraction | None] = fact(Rate(), N_("영세 소상공인 배정 비율"), optional=True)


@dataclass(frozen=True, slots=True)
class Bonus:
    youth: Sourced[int] = fact(Count(POINTS), N_("청년기업 가점"))
    crowdsourcing: Sourced[int] = fact(Count(POINTS), N_("크라우드소싱 활용 가점"))
    max_total: Sourced[int] = fact(Count(POINTS), N_("가점 합계 상한"))


@dataclass(frozen=True, slots=True)
class Eligibility:
    allowed_classes: Sourced[tuple[str, ...]] = fact(Codes(SIZE_CLASSES), N_("신청할 수 있는 기업 규모"))
    prefounder_proof: Sourced[bool] = fact(Flag(N_("필요"), N_("필요 없음")), N_("예비창업자 사실증명"))
    tax_arrears_block: Sourced[bool] = fact(Flag(N_("신청할 수 없음"), N_("따지지 않음")), N_("국세·지방세 체납"))
    open_business: Sourced[bool] = fact(Flag(N_("계속사업자여야 함"), N_("따지지 않음")), N_("사업자 상태"))
    valid_business_number: Sourced[bool] = fact(Flag(N_("검증"), N_("따지지 않음")), N_("사업자등록번호 검증"))
    bar_blocks: Sourced[bool] = fact(Flag(N_("신청할 수 없음"), N_("따지지 않음")), N_("참여제한·미납 환수금"))
    one_application: Sourced[bool] = fact(
        Flag(N_("먼저 접수된 것만 인정"), N_("제한 없음")), N_("같은 기업의 여러 신청")
    )
    one_kind: Sourced[bool] = fact(Flag(N_("한 유형만"), N_("제한 없음")), N_("여러 유형 동시 신청"))
    earlier_beneficiary: Sourced[str] = fact(Choice(EARLIER), N_("이전에 지원받은 기업"))
    earlier_years: Sourced[int] = fact(Count(YEARS, low=1), N_("이전 지원을 따지는 기간"))
    youth_age_from: Sourced[int] = fact(Count(AGE, high=150), N_("청년 대표자 나이 하한"))
    youth_age_to: Sourced[int] = fact(Count(AGE, high=150), N_("청년 대표자 나이 상한"))
    total_min: Sourced[int | None] = fact(Amount(low=1), N_("과제 총액 하한"), optional=True)
    total_max: Sourced[int | None] = fact(Amount(low=1), N_("과제 총액 상한"), optional=True)
    capital_impairment_block: Sourced[bool] | None = extra(
        Flag(N_("신청할 수 없음"), N_("따지지 않음")), N_("완전자본잠식(최근 결산)")
    )
    insolvency_block: Sourced[bool] | None = extra(
        Flag(N_("신청할 수 없음"), N_("따지지 않음")), N_("부도·채무불이행·회생절차")
    )
    excluded_industries: Sourced[tuple[str, ...]] | None = extra(Industries(), N_("지원하지 않는 업종(산업분류 코드)"))
    same_support_block: Sourced[bool] | None = extra(
        Flag(N_("신청할 수 없음"), N_("따지지 않음")), N_("같은 과제에 대한 다른 지원")
    )
    declared_days: Sourced[int] | None = extra(Count(DAYS, low=1), N_("신고한 사실이 유효한 기간"))
    poor_grade_years: Sourced[int] | None = extra(
        Count(YEARS, low=1), N_("최종평가가 불량인 기업이 신청할 수 없는 기간")
    )


@dataclass(frozen=True, slots=True)
class Criterion:
    code: str
    name: Text
    weight: Sourced[int] = fact(Count(POINTS, low=1, high=100), N_("배점"))


@dataclass(frozen=True, slots=True)
class Evaluation:
    pass_mark: Sourced[int] = fact(Count(POINTS, high=100), N_("합격 기준 점수"))
    panel_min: Sourced[int] = fact(Count(PEOPLE, low=1), N_("평가위원 최소 인원"))
    panel_max: Sourced[int] = fact(Count(PEOPLE, low=1), N_("평가위원 최대 인원"))
    trim: Sourced[int] = fact(Count(N_("위아래 %(n)s개씩")), N_("평균에서 빼는 점수"))
    objection_days: Sourced[int] = fact(Count(DAYS, low=1), N_("선정 결과 이의신청 기간"))
    names_hidden: Sourced[bool] | None = extra(Flag(N_("가림"), N_("보임")), N_("평가위원에게 기업 이름"))
    underuse_minus: Sourced[int] | None = extra(Count(POINTS, high=100), N_("지난 바우처를 적게 쓴 기업의 감점"))
    grade_bonus: Sourced[int] | None = extra(Count(POINTS, high=100), N_("지난해 최종평가가 우수인 기업의 가점"))
    grade_minus: Sourced[int] | None = extra(Count(POINTS, high=100), N_("지난해 최종평가가 미흡·불량인 기업의 감점"))


@dataclass(frozen=True, slots=True)
class Order:
    no_subcontract: Sourced[bool] = fact(Flag(N_("금지"), N_("허용")), N_("재하도급"))
    agreed_suppliers_only: Sourced[bool] = fact(
        Flag(N_("협약한 공급기업만"), N_("제한 없음")), N_("발주할 수 있는 공급기업")
    )
    second_quote_over: Sourced[int | None] = fact(Amount(), N_("비교 견적이 필요한 금액(초과)"), optional=True)
    advance_max: Sourced[Fraction] = fact(Rate(), N_("선급금 상한"))
    quote_valid_days: Sourced[int] = fact(Count(DAYS, low=1), N_("견적 유효 기간"))
    milestones: Sourced[bool] | None = extra(
        Flag(N_("허용"), N_("허용하지 않음")), N_("가공 발주의 단계별 납품과 지급")
    )


@dataclass(frozen=True, slots=True)
class Delivery:
    inspection_days: Sourced[int] = fact(Count(WORKING_DAYS, low=1), N_("검수 기간"))
    rework_rounds: Sourced[int] = fact(Count(TIMES), N_("재작업 요청 한도"))
    deemed_acceptance: Sourced[bool] = fact(Flag(N_("승인으로 봄"), N_("승인으로 보지 않음")), N_("검수 기간이 지나면"))
    agency_sample_rate: Sourced[Fraction] = fact(Rate(), N_("전담기관 표본 점검 비율"))


@dataclass(frozen=True, slots=True)
class Invoice:
    issue_by_day: Sourced[int] = fact(Count(DAY_OF_MONTH, low=1, high=28), N_("세금계산서 발급 기한"))
    transmit_days: Sourced[int] = fact(Count(DAYS), N_("국세청 전송 기한(발급 뒤)"))
    recipient: Sourced[str] = fact(Choice(RECIPIENTS), N_("공급받는 자"))
    line_tolerance: Sourced[int] = fact(Amount(), N_("품목별 세액 허용 오차"))
    invoice_tolerance: Sourced[int] = fact(Amount(), N_("계산서별 세액 허용 오차"))


@dataclass(frozen=True, slots=True)
class Vat:
    mode: Sourced[str] = fact(Choice(VAT_MODES), N_("부가가치세 처리"))
    rate: Sourced[Fraction] = fact(Rate(), N_("부가가치세율"))


@dataclass(frozen=True, slots=True)
class Voucher:
    expiry: Sourced[str] = fact(Choice(EXPIRIES), N_("바우처 만료"))
    months: Sourced[int] = fact(Count(MONTHS, low=1), N_("수행 기간"))
    min_use: Sourced[Fraction] = fact(Rate(), N_("최소 사용률"))
    reminder_days: Sourced[tuple[int, ...]] = fact(Days(), N_("만료 전 알림"))


@dataclass(frozen=True, slots=True)
class OwnMoney:
    route: Sourced[str] = fact(Choice(OWN_MONEY), N_("기업 부담금 납부 방법"))
    support_unit: Sourced[int] = fact(Amount(low=1), N_("지원금을 정할 때 버리는 단위"))


@dataclass(frozen=True, slots=True)
class Settlement:
    shortfall: Sourced[str] = fact(Choice(SHORTFALLS), N_("인정 금액이 모자랄 때"))
    floor_unit: Sourced[int] = fact(Amount(low=1), N_("지급할 때 버리는 단위"))
    report_days: Sourced[int] = fact(Count(DAYS, low=1), N_("결과보고 기한(종료 뒤)"))
    objection_days: Sourced[int] = fact(Count(DAYS, low=1), N_("정산 결과 이의신청 기간"))
    repay_days: Sourced[int] = fact(Count(DAYS, low=1), N_("환수금 납부 기한(통지 뒤)"))
    retention_years: Sourced[int] = fact(Count(YEARS, low=1), N_("증빙 보관 기간"))
    closing_after: Sourced[str] | None = extra(Choice(CLOSINGS), N_("바우처 종료 통지 전에 마칠 것"))


@dataclass(frozen=True, slots=True)
class Supplier:
    designated_only: Sourced[bool] = fact(Flag(N_("지정된 공급기업만"), N_("제한 없음")), N_("거래할 수 있는 공급기업"))
    max_matches: Sourced[int | None] = fact(Count(N_("%(n)s건"), low=1), N_("공급기업당 과제 수 상한"), optional=True)
    max_amount: Sourced[int | None] = fact(Amount(low=1), N_("공급기업당 금액 상한"), optional=True)
    max_share: Sourced[Fraction | None] = fact(Rate(), N_("공급기업당 사업비 비중 상한"), optional=True)
    capacity_checked: Sourced[bool] = fact(Flag(N_("등록 인력 범위 안에서만"), N_("따지지 않음")), N_("수행 인력 한도"))


@dataclass(frozen=True, slots=True)
class Relations:
    related_blocks: Sourced[bool] = fact(Flag(N_("거래할 수 없음"), N_("따지지 않음")), N_("특수관계인 공급기업"))
    equity: Sourced[Fraction] = fact(Rate(), N_("특수관계로 보는 지분율"))
    blood_degree: Sourced[int] = fact(Count(DEGREES, high=12), N_("특수관계로 보는 혈족"))
    in_law_degree: Sourced[int] = fact(Count(DEGREES, high=12), N_("특수관계로 보는 인척"))
    former_officer_years: Sourced[int] = fact(Count(YEARS), N_("퇴직 임직원을 따지는 기간"))


@dataclass(frozen=True, slots=True)
class Changes:
    line_rate: Sourced[Fraction] = fact(Rate(), N_("통보만으로 바꿀 수 있는 품목·수량 폭"))
    extension_notice_days: Sourced[int] = fact(Count(DAYS), N_("기간 연장 신청 기한(종료 전)"))
    decision_days: Sourced[int] = fact(Count(WORKING_DAYS, low=1), N_("변경 신청 처리 기한"))
    supplier_changes: Sourced[int] = fact(Count(TIMES), N_("공급기업 변경 한도"))
    withdrawal_bar_years: Sourced[int] = fact(Count(YEARS), N_("협약 뒤 임의 포기 시 참여제한"))


@dataclass(frozen=True, slots=True)
class Sanctions:
    false_claim: Sourced[int] = fact(Count(FACTOR), N_("거짓·부정 수급 제재부가금"))
    other_use: Sourced[int] = fact(Count(FACTOR), N_("목적 외 사용 제재부가금"))
    breach: Sourced[int] = fact(Count(FACTOR), N_("법령·명령 위반 제재부가금"))
    requirement: Sourced[int] = fact(Count(FACTOR), N_("지원 요건 미충족 제재부가금"))
    opinion_days: Sourced[int] = fact(Count(DAYS, low=1), N_("사전통지 뒤 의견제출 기간"))
