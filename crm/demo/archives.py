"""Three hundred archives in all states, each by the verbs and the people that would have done it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random

from crm.accounts import User
from crm.approvals import Review, Verdict
from crm.customers.entry.entering import attach, draft_for, save, submit
from crm.customers.models import Customer, CustomerState, Grade
from crm.customers.steps.grading import regrade
from crm.files import StoredFile

from . import words
from .diary import Diary
from .firms import Firm

#: what becomes of an archive, how many, and how many working days ago it was collected (from, to)
FATES = (
    ("filed", 182, (3, 60)),
    ("filed_late", 15, (9, 50)),
    ("filed_uncontacted", 8, (4, 9)),
    ("retired", 6, (40, 60)),
    ("rejected", 2, (12, 30)),
    ("named", 14, (1, 1)),
    ("named_late", 6, (3, 5)),
    ("dispatched", 8, (1, 1)),
    ("approved", 12, (0, 1)),
    ("approved_late", 3, (3, 4)),
    ("in_review", 11, (0, 1)),
    ("in_review_late", 5, (3, 6)),
    ("second_round", 6, (2, 3)),
    ("returned", 8, (1, 2)),
    ("returned_late", 4, (4, 7)),
    ("draft", 10, (0, 3)),
)
COUNT = sum(number for _fate, number, _days in FATES)


@dataclass
class Office:
    """Who does what in one branch."""

    authors: list[User]
    manager: User
    dispatcher: User
    marketing: User
    archivist: User
    custodian: User


def offices(people: dict[str, User]) -> tuple[Office, Office]:
    """云州 and 青岚."""
    p = people
    cloud = Office(
        [p["salesperson"]] * 6 + [p["salesperson3"]] * 4 + [p["sales_manager"]],
        p["sales_manager"], p["dispatcher"], p["marketing_manager"], p["archivist"], p["custodian"],
    )  # fmt: skip
    haze = Office(
        [p["salesperson2"]] * 9 + [p["sales_manager2"]],
        p["sales_manager2"], p["dispatcher2"], p["marketing_manager2"], p["archivist2"], p["custodian2"],
    )  # fmt: skip
    return cloud, haze


def fates(rng: Random) -> list[tuple[str, int]]:
    """(what becomes of it, how many working days ago it was collected) for each archive, shuffled."""
    every = [(fate, rng.randint(*days)) for fate, number, days in FATES for _n in range(number)]
    rng.shuffle(every)
    return every


@dataclass
class Story:
    """One archive's way, as far as its fate goes."""

    diary: Diary
    firm: Firm
    fate: str
    back: int  # working days since it was collected
    office: Office
    author: User
    scan: StoredFile
    rng: Random
    customer: Customer | None = None
    review: Review | None = None

    def plan(self) -> None:
        """Note in the diary all that happens to it."""
        self.diary.note(self.back, self.rng.randint(9, 11), self.rng.randint(0, 59), self.enter)
        if self.fate == "draft":
            return
        back = self.back - self._delay()
        if self.fate == "second_round":
            self._note(self.back - 1, 14, self.send_back)
            self._note(self.back - 2, 9, self.correct)
        elif self.fate.startswith("returned"):
            self._note(max(back, 0), 15, self.send_back)
        elif self.fate == "rejected":
            self._note(back, 15, self.reject)
        elif not self.fate.startswith("in_review"):
            self._note(back, 14, self.approve)
            self._follow(back - 1)
        self._plan_contact()

    def _delay(self) -> int:
        """Working days the review took."""
        if self.fate in ("filed_late", "retired"):
            return self.rng.randint(2, 5)
        if self.fate.startswith("named"):
            return self.back - 1  # approved on day 1, sent on day 0
        if self.fate.startswith("approved"):
            return self.back
        return 0

    def _follow(self, back: int) -> None:
        """After the yes: sent on the next working day, named, filed."""
        if self.fate.startswith("approved"):
            return
        self.diary.note(back, 9, 30, self.dispatch)
        if self.fate == "dispatched":
            return
        self._note(back, 10, self.name)
        if not self.fate.startswith("named"):
            self._note(max(back - self.rng.randint(0, 1), 0), 15, self.file)
        if self.fate == "retired":
            self._note(self.rng.randint(2, 9), 16, self.retire)

    def _note(self, back: int, hour: int, deed: object) -> None:
        self.diary.note(back, hour, self.rng.randint(0, 59), deed)  # type: ignore[arg-type]

    def _plan_contact(self) -> None:
        if self.fate in ("rejected", "filed_uncontacted") or self.firm.values["first_contact_on"]:
            return
        later = self.rng.randint(1, 4)
        if later <= self.back and (self.back > 5 or self.rng.random() < 0.5):
            self._note(self.back - later, 17, self.contact)

    # --- what people did ---

    def enter(self, at: datetime) -> None:
        draft = draft_for(self.author, "", at=at)
        self.customer = draft
        draft.state = (
            CustomerState.DRAFT
        )  # as its column has it; not written yet, so there is nothing to read
        values, rng = self.firm.values, self.rng
        values["collected_on"] = self.diary.day(self.back)
        values["met_by"] = self.author.name
        if self.fate == "draft" and rng.random() < 0.7:
            values["need_text"] = rng.choice(("想买几台泵", "准备换设备，数量还没定", None))
            values["industry"] = None
        save(draft, values, self.firm.contacts, {}, by=self.author, at=at)
        if self.fate != "draft":
            attach(draft, "licence", self.scan, "营业执照.pdf", by=self.author, at=at)
            self.review = submit(draft, by=self.author, at=at)

    def _known(self) -> tuple[Customer, Review]:
        assert self.customer is not None
        assert self.review is not None
        return self.customer, self.review

    def _reviewer(self, review: Review) -> User:
        step = review.current
        assert step is not None
        return step.asked[0].user

    def approve(self, at: datetime) -> None:
        customer, review = self._known()
        by = self._reviewer(review)
        verified = self.rng.choice(words.VERIFIED).format(by=by.name)
        ticks = {"licence": "", "verified": verified, "need": ""}
        review.decide(Verdict.APPROVE, by=by, at=at, ticks=ticks)
        if self.rng.random() < 0.85:
            grade = self.rng.choices("ABC", weights=(20, 50, 30))[0]
            reason = self.rng.choice(words.GRADED_FOR[grade])
            regrade(customer, Grade(grade), reason=reason, by=self.office.manager, at=at)
            if grade == "A" and self.rng.random() < 0.5:
                customer.mark_key(True, by=self.office.manager, at=at)

    def send_back(self, at: datetime) -> None:
        _customer, review = self._known()
        reasons, comment = self.rng.choice(words.RETURNED_FOR)
        review.decide(
            Verdict.RETURN, by=self._reviewer(review), at=at, reasons=dict(reasons), comment=comment
        )

    def correct(self, at: datetime) -> None:
        customer, review = self._known()
        values = self.firm.values
        for key in review.reasons:
            if key == "need_text":
                values[key] += "，分两批到货"
            elif key == "address":
                values[key] += "（注册地）"
            elif key == "staff":
                values[key] += 8
        save(customer, values, self.firm.contacts, {}, by=self.author, at=at)
        self.review = submit(customer, by=self.author, at=at)

    def reject(self, at: datetime) -> None:
        _customer, review = self._known()
        comment = self.rng.choice(words.REJECTED_FOR)
        review.decide(Verdict.REJECT, by=self._reviewer(review), at=at, comment=comment)

    def dispatch(self, at: datetime) -> None:
        self._known()[0].dispatch(by=self.office.dispatcher, at=at)

    def name(self, at: datetime) -> None:
        self._known()[0].name_archivist(self.office.archivist, by=self.office.marketing, at=at)

    def file(self, at: datetime) -> None:
        customer, rng = self._known()[0], self.rng
        place = f"档案室 {rng.choice('ABCD')} 柜 {rng.randint(1, 6)} 层 {rng.randint(1, 40):02d} 盒"
        customer.file(place=place, custodian=self.office.custodian, by=self.office.archivist, at=at)
        # the levels come with the trade ledger; until then the sample says how they will look
        customer.value_level = rng.choices(
            ("strategic", "key", "ordinary", "potential"), weights=(4, 14, 52, 30)
        )[0]

    def contact(self, at: datetime) -> None:
        customer = self._known()[0]
        if customer.can_contact(self.author):
            how = self.rng.choice(words.CONTACTED)
            customer.note_first_contact(at.date(), how=how, by=self.author, at=at)

    def retire(self, at: datetime) -> None:
        reason = self.rng.choice(words.RETIRED_FOR)
        self._known()[0].retire(reason=reason, by=self.office.manager, at=at)


def stories(
    diary: Diary,
    firms: Iterator[Firm],
    people: dict[str, User],
    channels: list[str],
    scan: StoredFile,
    rng: Random,
) -> list[Story]:
    """The archives of the sample, planned in the diary."""
    cloud, haze = offices(people)
    made = []
    for firm, (fate, back) in zip(firms, fates(rng), strict=True):
        office = haze if firm.values["city"] in ("青岚", "澜江") else cloud
        firm.values["source_channel"] = rng.choice(channels)
        if rng.random() < 0.4 and fate != "filed_uncontacted":
            firm.values["first_contact_on"] = diary.day(back)
        story = Story(diary, firm, fate, back, office, rng.choice(office.authors), scan, rng)
        story.plan()
        made.append(story)
    return made
