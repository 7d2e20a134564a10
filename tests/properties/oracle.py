"""What the books must say, worked out a second time: plain integers and dictionaries, nothing of the program.

Quantities are thousandths, amounts won, days numbers counted from the day on which a life begins. Each `may_...` says
whether the rules allow a deed, each deed without `may_` then does it here. The rules are those of the documentation, put
into words again:

- the support of everything bought on a voucher is the granted share of it, floored to 10 won, never above what was
  granted; the firm never pays more than its own share; an order gets what is due on all orders with it, less what the
  others hold, at least nothing and at most its own price; an invoice is cut from its order in the same way;
- what is submitted is reserved (support, and own share with VAT); what ends is released, less what was approved;
- ordered >= delivered >= accepted >= invoiced >= paid.
"""

from dataclasses import dataclass, field

REWORK_ROUNDS = 2
LINE_TOLERANCE, INVOICE_TOLERANCE = 1, 10


def share(cumulative: int, granted: int, whole: int) -> int:
    """The support that belongs to the first `cumulative` won of `whole`, of which `granted` is support."""
    if cumulative <= 0 or granted == 0:
        return 0
    if cumulative >= whole:
        return granted
    return max(cumulative * granted // (whole * 10) * 10, cumulative - (whole - granted))


def worth(thousandths: int, price: int) -> int:
    """floor(quantity x price)."""
    return thousandths * price // 1000


@dataclass
class Voucher:
    id: int
    firm: int
    granted: int
    own: int
    vat: int
    expires: int
    begins: int = 0
    state: str = "active"
    support_available: int = 0
    support_reserved: int = 0
    own_available: int = 0
    own_reserved: int = 0
    refund_due: int = 0
    refund: "Payout | None" = None

    @property
    def whole(self) -> int:
        return self.granted + self.own

    @property
    def reserved(self) -> int:
        return self.support_reserved + self.own_reserved


@dataclass
class Part:
    """One delivery."""

    id: int
    quantity: int
    minor: int
    state: str = "handed_over"
    accepted: int = 0
    accepted_minor: int = 0
    day: int = 0


@dataclass
class Payout:
    id: int
    amount: int
    payee: int
    case: "Case | None" = None
    voucher: Voucher | None = None
    state: str = "waiting"
    attempt: int = 1


@dataclass
class Batch:
    id: int
    payouts: list[Payout]
    made_by: int
    state: str = "made"
    sent: int = 0


@dataclass
class Case:
    id: int
    invoice_id: int
    order: "Order"
    number: str
    approval: str
    quantity: int
    supply: int
    vat: int
    support: int
    written: int
    entered: int
    state: str = "open"
    first: int | None = None
    payout: Payout | None = None

    @property
    def own(self) -> int:
        return self.supply - self.support

    @property
    def total(self) -> int:
        return self.supply + self.vat

    @property
    def counts(self) -> bool:
        return self.state != "returned"


@dataclass
class Order:
    id: int
    voucher: Voucher
    supplier: int
    designated: bool
    divisible: bool
    price: int
    quantity: int
    deliver_by: int
    state: str = "draft"
    supply: int = 0
    vat: int = 0
    support: int = 0
    own: int = 0
    held_supply: int = 0
    held_support: int = 0
    spent_supply: int = 0
    spent_support: int = 0
    spent_own: int = 0
    delivered: int = 0
    accepted: int = 0
    invoiced: int = 0
    paid: int = 0
    line: int = 0
    parts: list[Part] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)

    def reprice(self, quantity: int, deliver_by: int) -> None:
        self.quantity, self.deliver_by = quantity, deliver_by
        self.supply = worth(quantity, self.price)
        self.vat = self.supply // 10

    @property
    def standing(self) -> int:
        """The quantity handed over and not rejected."""
        return sum(part.quantity if part.state == "handed_over" else part.accepted for part in self.parts)

    def accepted_parts(self) -> list[Part]:
        return [part for part in self.parts if part.accepted_minor > 0]


class Oracle:
    """One life: some vouchers and everything that happens on them. `moved` is what the shared accounts have gained."""

    def __init__(self, programme: int) -> None:
        self.programme = programme
        self.today = 0
        self.vouchers: list[Voucher] = []
        self.orders: list[Order] = []
        self.cases: list[Case] = []
        self.payouts: list[Payout] = []
        self.batches: list[Batch] = []
        self.moved: dict[tuple[str, int], int] = {}

    def _shift(self, kind: str, owner: int, amount: int) -> None:
        self.moved[kind, owner] = self.moved.get((kind, owner), 0) + amount

    # --- vouchers ------------------------------------------------------------------------------------------------

    def activate(self, voucher: Voucher) -> None:
        voucher.support_available = voucher.granted
        voucher.own_available = voucher.own + voucher.vat
        self._shift("pool", self.programme, -voucher.granted)
        if voucher.own + voucher.vat:
            self._shift("bank_in", self.programme, -(voucher.own + voucher.vat))
        self.vouchers.append(voucher)

    def usable(self, voucher: Voucher) -> bool:
        return voucher.state == "active" and voucher.expires >= self.today

    def may_expire(self, voucher: Voucher) -> bool:
        return voucher.expires < self.today and voucher.state in ("active", "frozen")

    def may_close_voucher(self, voucher: Voucher) -> bool:
        return voucher.reserved == 0 and voucher.state in ("active", "frozen", "expired")

    def close_voucher(self, voucher: Voucher) -> None:
        voucher.state = "closed"
        self._shift("lapsed", self.programme, voucher.support_available)
        voucher.refund_due += voucher.own_available
        voucher.support_available = voucher.own_available = 0

    # --- orders --------------------------------------------------------------------------------------------------

    def may_draft(
        self, voucher: Voucher, *, firm: int, designated: bool, divisible: bool, price: int, quantity: int, by_day: int
    ) -> bool:
        return (
            firm == voucher.firm
            and self.usable(voucher)
            and designated
            and self.today <= by_day <= voucher.expires
            and self._orderable(divisible, price, quantity)
        )

    @staticmethod
    def _orderable(divisible: bool, price: int, quantity: int) -> bool:
        return (divisible or quantity % 1000 == 0) and quantity >= 1000 and worth(quantity, price) >= 1

    def may_change(self, order: Order, quantity: int, by_day: int) -> bool:
        return (
            order.state == "draft"
            and self.usable(order.voucher)
            and self.today <= by_day <= order.voucher.expires
            and self._orderable(order.divisible, order.price, quantity)
        )

    def sums(self, order: Order) -> tuple[int, int]:
        """(support, own) of an order that would be submitted now."""
        voucher = order.voucher
        held = [each for each in self.orders if each.voucher is voucher and each is not order]
        before = sum(each.held_supply for each in held)
        due = share(before + order.supply, voucher.granted, voucher.whole) - sum(each.held_support for each in held)
        support = min(max(due, 0), order.supply)
        return support, order.supply - support

    def may_submit(self, order: Order) -> bool:
        voucher = order.voucher
        held = sum(each.held_supply for each in self.orders if each.voucher is voucher)
        support, own = self.sums(order)
        return (
            order.state == "draft"
            and self.usable(voucher)
            and order.designated
            and self.today <= order.deliver_by <= voucher.expires
            and order.supply <= voucher.whole - held
            and support <= voucher.support_available
            and own + order.vat <= voucher.own_available
        )

    def submit(self, order: Order) -> None:
        order.support, order.own = self.sums(order)
        order.state = "submitted"
        order.held_supply, order.held_support = order.supply, order.support
        self._reserve(order.voucher, order.support, order.own + order.vat)

    @staticmethod
    def _reserve(voucher: Voucher, support: int, own: int) -> None:
        voucher.support_available -= support
        voucher.support_reserved += support
        voucher.own_available -= own
        voucher.own_reserved += own

    def may_accept(self, order: Order) -> bool:
        return order.state == "submitted" and order.voucher.expires >= self.today

    def may_cancel(self, order: Order) -> bool:
        return order.state in ("draft", "submitted")  # what was accepted, both cancel by a change order

    def end(self, order: Order, state: str) -> None:
        """Declined, cancelled or closed: what is reserved and was not spent goes back."""
        if order.state != "draft":
            left = (order.support - order.spent_support, order.own + order.vat - order.spent_own)
            self._reserve(order.voucher, -left[0], -left[1])
            order.held_supply, order.held_support = order.spent_supply, order.spent_support
        order.state = state

    def may_close(self, order: Order, reason: bool) -> bool:
        return (
            order.state == "accepted"
            and order.accepted > 0
            and order.delivered == order.accepted == order.invoiced == order.spent_supply
            and (reason or order.accepted == order.supply)
        )

    # --- delivery ------------------------------------------------------------------------------------------------

    def part_minor(self, order: Order, quantity: int) -> int:
        if quantity == order.quantity - order.standing:
            return order.supply - order.delivered
        return worth(order.standing + quantity, order.price) - order.delivered

    def may_hand_over(self, order: Order, quantity: int) -> bool:
        returned = sum(part.state in ("rejected", "partly_accepted") for part in order.parts)
        return (
            order.state == "accepted"
            and order.voucher.expires >= self.today
            and returned <= REWORK_ROUNDS
            and 0 < quantity <= order.quantity - order.standing
            and (order.divisible or quantity % 1000 == 0)
            and self.part_minor(order, quantity) >= 1
        )

    def hand_over(self, order: Order, quantity: int, identity: int) -> None:
        minor = self.part_minor(order, quantity)
        order.parts.append(Part(identity, quantity, minor))
        order.delivered += minor

    def may_inspect(self, order: Order, part: Part, accepted: int, reason: bool) -> bool:
        return (
            part.state == "handed_over"
            and 0 <= accepted <= part.quantity
            and (order.divisible or accepted % 1000 == 0)
            and (reason or accepted == part.quantity)
        )

    def inspect(self, order: Order, part: Part, accepted: int) -> None:
        minor = part.minor if accepted == part.quantity else part.minor * accepted // part.quantity
        part.accepted, part.accepted_minor, part.day = accepted, minor, self.today
        whole = accepted == part.quantity
        part.state = "accepted" if whole else "partly_accepted" if accepted else "rejected"
        order.delivered -= part.minor - minor
        order.accepted += minor

    # --- settlement ----------------------------------------------------------------------------------------------

    def due(self, order: Order, quantity: int, earlier: list[Case]) -> int:
        """The supply value of `quantity` more, after what `earlier` invoices claimed."""
        done = sum(case.quantity for case in earlier)
        left = sum(part.accepted_minor for part in order.accepted_parts()) - sum(case.supply for case in earlier)
        if done + quantity == sum(part.accepted for part in order.accepted_parts()):
            return left
        return min(left, worth(done + quantity, order.price) - worth(done, order.price))

    def matches(
        self, order: Order, quantity: int, supply: int, vat: int, written: int, today: int, earlier: list[Case]
    ) -> bool:
        done = sum(case.quantity for case in earlier)
        parts = sorted(order.accepted_parts(), key=lambda part: part.day)
        accepted, day = 0, None
        for part in parts:
            accepted += part.accepted
            if accepted >= done + quantity and day is None:
                day = part.day
        return (
            0 < quantity <= accepted - done
            and supply == self.due(order, quantity, earlier)
            and day is not None
            and day <= written <= today
            and order.voucher.begins <= written <= order.voucher.expires
            and abs(vat - supply // 10) <= LINE_TOLERANCE
            and vat <= order.vat - sum(case.vat for case in earlier)
        )

    def may_enter(
        self, order: Order, quantity: int, supply: int, vat: int, written: int, number: str, approval: str
    ) -> bool:
        counted = [case for case in order.cases if case.counts]
        return (
            order.state == "accepted"
            and self.matches(order, quantity, supply, vat, written, self.today, counted)
            and not any(case.counts and case.approval.upper() == approval.upper() for case in self.cases)
            and not any(
                case.counts and same_number(case.number, number) and case.order.supplier == order.supplier
                for case in self.cases
            )
        )

    def enter(self, order: Order, case: Case) -> None:
        counted = [each for each in order.cases if each.counts]
        due = share(sum(each.supply for each in counted) + case.supply, order.support, order.supply)
        case.support = min(max(due - sum(each.support for each in counted), 0), case.supply)
        order.invoiced += case.supply
        order.cases.append(case)
        self.cases.append(case)

    def still_matches(self, case: Case) -> bool:
        """Whether the invoice is right by what stands now; later acceptances and returns may have moved the rest."""
        earlier = [each for each in case.order.cases if each.counts and each.invoice_id < case.invoice_id]
        return self.matches(case.order, case.quantity, case.supply, case.vat, case.written, case.entered, earlier)

    def take_back(self, case: Case) -> None:
        case.state = "returned"
        case.order.invoiced -= case.supply

    def approve(self, case: Case) -> None:
        order, voucher = case.order, case.order.voucher
        case.state = "approved"
        order.spent_supply += case.supply
        order.spent_support += case.support
        order.spent_own += case.own + case.vat
        voucher.support_reserved -= case.support
        voucher.own_reserved -= case.own + case.vat
        self._shift("payable", order.supplier, case.total)

    # --- payments ------------------------------------------------------------------------------------------------

    def queue(self, payout: Payout) -> None:
        self.payouts.append(payout)
        if payout.case is not None:
            payout.case.payout = payout
        if payout.voucher is not None:
            payout.voucher.refund = payout

    def may_refund(self, voucher: Voucher) -> bool:
        return voucher.state == "closed" and voucher.refund_due > 0 and voucher.refund is None

    def waiting(self) -> list[Payout]:
        return [payout for payout in self.payouts if payout.state == "waiting"]

    def make_batch(self, identity: int, by: int) -> None:
        self.batches.append(Batch(identity, self.waiting(), by))
        for payout in self.batches[-1].payouts:
            payout.state = "batched"

    def cancel_batch(self, batch: Batch) -> None:
        batch.state = "cancelled"
        for payout in batch.payouts:
            payout.state = "waiting"

    def send_batch(self, batch: Batch) -> None:
        batch.state, batch.sent = "sent", self.today
        for payout in batch.payouts:
            self.send(payout)

    def requeue(self, payout: Payout) -> None:
        payout.state = "waiting"
        payout.attempt += 1

    def send(self, payout: Payout) -> None:
        payout.state = "sent"
        if payout.voucher is not None:
            payout.voucher.refund_due -= payout.amount
        else:
            self._shift("payable", payout.payee, -payout.amount)
        self._shift("in_transit", self.programme, payout.amount)

    def settle(self, payout: Payout) -> None:
        payout.state = "paid"
        self._shift("in_transit", self.programme, -payout.amount)
        self._shift("paid", self.programme, payout.amount)
        if payout.case is not None:
            payout.case.state = "paid"
            payout.case.order.paid += payout.case.supply

    def bounce(self, payout: Payout) -> None:
        payout.state = "bounced"
        self._shift("in_transit", self.programme, -payout.amount)
        if payout.voucher is not None:
            payout.voucher.refund_due += payout.amount
        else:
            self._shift("payable", payout.payee, payout.amount)

    # --- what the books must say ---------------------------------------------------------------------------------

    def pots(self) -> dict[tuple[str, int], int]:
        """Every account that this life touches: a voucher's in full, shared ones by what they gained."""
        said = {key: amount for key, amount in self.moved.items() if amount}
        for voucher in self.vouchers:
            for kind in ("support_available", "support_reserved", "own_available", "own_reserved", "refund_due"):
                amount = getattr(voucher, kind)
                if amount:
                    said[kind, voucher.id] = amount
        return said


def same_number(one: str, other: str) -> bool:
    """Whether two invoice numbers count as one: letters' case, spaces, hyphens and leading zeros aside."""

    def bare(number: str) -> str:
        return number.replace(" ", "").replace("-", "").upper().lstrip("0")

    return bare(one) == bare(other)
