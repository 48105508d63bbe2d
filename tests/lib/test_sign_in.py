"""Names and passwords: who gets in, who is slowed down, and what an attempt leaves behind."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from db.base import Base
from db.engine import close_engine, open_engine
from db.models.account import Account, AccountState, Outcome, Role, SignInAttempt, SignInSession
from db.models.audit import AuditEntry
from lib.access import demonstration, passwords, sessions, sign_in
from lib.access.commands import create_account, lift_lock, reset_password
from lib.access.passwords import check_password, hash_password, random_password, require_good
from lib.access.sign_in import Refused, SignedIn
from lib.access.work import acting
from lib.errors import BadInput
from tests import makers
from tests.lib.signing_in import NAME, OTHERS, account_of, administrator, attempt, get_in, viewer_behind
from tests.makers import FULL_PASSWORD_HASH, PASSWORD, PASSWORD_HASH, TOWN


def failures(url: str, name: str, *moments: datetime, address: str = "192.0.2.9") -> None:
    """Attempts that have gone before."""
    with makers.everything(url) as session:
        session.add_all(
            SignInAttempt(username=name, address=address, at=at, outcome=Outcome.FAILED) for at in moments
        )


def told(url: str) -> list[tuple[str, str, str]]:
    with makers.everything(url) as session:
        rows = session.execute(
            select(AuditEntry.event, AuditEntry.result, AuditEntry.person).order_by(AuditEntry.seq)
        )
        return [(row[0], row[1], row[2]) for row in rows]


def takes_its_time(url: str) -> None:
    """The account's hash costs what a real one costs, so that attempts at once meet each other."""
    with makers.everything(url) as session:
        account = session.scalars(select(Account).where(Account.username == NAME)).one()
        account.password_hash = FULL_PASSWORD_HASH


def test_the_tests_own_hashes_belong_to_their_password():
    assert check_password(PASSWORD, PASSWORD_HASH)
    assert check_password(PASSWORD, FULL_PASSWORD_HASH)
    assert hash_password(PASSWORD)[:7] == FULL_PASSWORD_HASH[:7] == passwords._NOBODY[:7] == "$2b$12$"


def test_a_right_password_opens_a_session(people, hand, checks):
    found = get_in(f"  {NAME.upper()} ")
    viewer = viewer_behind(found)
    assert (viewer.username, viewer.scope.prefixes, viewer.must_change_password) == (NAME, (TOWN,), False)
    assert len(checks) == 1
    account = account_of(people, NAME)
    assert (account.last_sign_in_at, account.last_sign_in_from) == (hand.now, "192.0.2.1")
    assert told(people) == [("signed in", "done", NAME)]
    # 256 bits from the system's own source of randomness, and no two alike.
    assert len(base64.urlsafe_b64decode(found.token + "=")) == 32
    assert get_in().token != found.token


def test_five_wrong_passwords_close_the_account_for_half_an_hour(people, hand, checks):
    for number in range(5):
        assert isinstance(attempt(password=f"wrong {number}"), Refused)
        hand.forward(seconds=1)
    assert len(checks) == 5
    locked = attempt()
    assert isinstance(locked, Refused)
    assert "30" in locked.sentence
    assert len(checks) == 5  # not even the right one is looked at
    close_engine(people)  # as after a restart
    hand.forward(minutes=29, seconds=58)
    assert isinstance(attempt(address="192.0.2.77"), Refused)
    assert len(checks) == 5
    hand.forward(seconds=2)
    get_in()  # it ends by itself, and refused attempts have not made it longer
    assert len(checks) == 6


def test_an_administrator_lifts_the_lock(people, hand, checks):
    failures(people, NAME, *[hand.now] * 5)
    assert isinstance(attempt(), Refused)
    viewer = administrator(people)
    with acting(viewer) as session:
        lift_lock(session, account_of(people, NAME).id)
    get_in()
    assert told(people)[0][0] == "lock lifted"
    assert len(checks) == 1


@pytest.mark.parametrize(
    ("ago", "locked"),
    [
        ([14, 12, 9, 4, 1], True),
        ([44, 40, 36, 33, 31], False),  # the last is more than half an hour old
        ([40, 38, 36, 30, 29], True),
        ([17, 8, 5, 2, 1], False),  # five, but not within a quarter of an hour
        ([4, 3, 2, 1], False),
        ([90, 16, 15, 14, 13, 12], True),
    ],
)
def test_what_counts_is_five_in_a_quarter_of_an_hour(people, hand, checks, ago, locked):
    failures(people, NAME, *[hand.now - timedelta(minutes=minutes) for minutes in ago])
    answer = attempt()
    assert isinstance(answer, Refused) == locked
    assert len(checks) == (0 if locked else 1)
    get_in(OTHERS)  # nobody else is locked out


def test_a_right_password_begins_the_count_anew(people, hand, checks):
    failures(people, NAME, *[hand.now] * 4)
    get_in()
    failures(people, NAME, *[hand.now] * 4)
    get_in()


def test_one_address_cannot_try_many_names(people, hand, checks):
    for number in range(30):
        failures(people, f"name{number}", hand.now, address="192.0.2.1")
    assert isinstance(attempt(), Refused)
    assert checks == []
    get_in(address="192.0.2.2")
    hand.forward(minutes=5, seconds=1)
    get_in()


def test_a_hundred_guesses_at_once_are_at_most_seven_checks(people, checks):
    """Each is counted in the database before it is looked at, whatever process or thread it is in."""
    takes_its_time(people)
    passwords._hasher()
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda n: attempt(password=f"guess {n}", address=f"192.0.2.{n}"), range(100)))
    assert all(isinstance(answer, Refused) for answer in found)
    assert len(checks) <= 5 + 2
    assert isinstance(attempt(), Refused)


def test_right_passwords_at_once_leave_three_sessions(people):
    takes_its_time(people)
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _n: attempt(), range(6)))
    tokens = [answer.token for answer in found if isinstance(answer, SignedIn)]
    assert tokens
    counting = [token for token in tokens if sessions.identify(token)]
    assert len(counting) == min(len(tokens), sessions.AT_ONCE)


def test_nothing_tells_whether_a_name_exists(people, checks):
    """The same work, the same writes and the same sentence; counted, because time is noise."""
    sentences, written = set(), []
    for name in (NAME, "nobody.at.all", "gone", "never", "", "张伟", "x" * 500, "a\x00b", "\ud800"):
        before, known = len(checks), len(told(people))
        answer = attempt(name, "wrong password here")
        assert isinstance(answer, Refused)
        sentences.add(answer.sentence)
        written.append((len(checks) - before, len(told(people)) - known))
    assert len(sentences) == 1
    assert set(written) == {(1, 1)}
    assert isinstance(attempt("gone", PASSWORD), Refused)
    assert attempt("gone", PASSWORD) == attempt("nobody.at.all", PASSWORD)


def test_names_that_are_no_accounts_are_not_kept_in_the_log(people):
    """People type their password into the wrong field."""
    attempt("My Secret Password 77", "x")
    attempt(NAME, "wrong")
    assert told(people) == [("sign-in refused", "refused", "?"), ("sign-in refused", "refused", NAME)]


def test_a_name_is_folded_before_it_is_counted(people, checks):
    for name in (NAME, NAME.upper(), f" {NAME}", f"{NAME}\x00", f"{NAME}​"):
        attempt(name, "wrong")
    assert isinstance(attempt(), Refused)
    assert len(checks) == 5


def test_what_changed_while_the_password_was_checked_counts(people, monkeypatch):
    """Disabled or reset in the quarter of a second that bcrypt takes."""
    real = sign_in.check_password

    def slow(password: str, hashed: str | None) -> bool:
        with makers.everything(people) as session:
            account = session.scalars(select(Account).where(Account.username == NAME)).one()
            account.state = AccountState.DISABLED
        return real(password, hashed)

    monkeypatch.setattr(sign_in, "check_password", slow)
    assert isinstance(attempt(), Refused)
    with makers.everything(people) as session:
        assert session.scalar(select(func.count()).select_from(SignInSession)) == 0


def initial(url: str) -> str:
    with acting(administrator(url)) as session:
        return create_account(session, "new.person", "新人", Role.DUTY_OFFICER, TOWN)


def test_an_initial_password_must_be_changed_and_then_counts_no_more(people, hand):
    password = initial(people)
    hand.forward(hours=72, seconds=-1)
    found = get_in("new.person", password)
    assert found.must_change_password
    viewer = viewer_behind(found)
    assert viewer.must_change_password
    identity = sessions.identify(found.token)
    assert identity is not None
    assert identity.must_change_password
    assert sign_in.change_own_password(viewer, password, "渡口的灯亮了整整 40 年") is None
    assert not viewer_behind(found).must_change_password
    account = account_of(people, "new.person")
    assert (account.state, account.password_expires_at) == (AccountState.ACTIVE, None)
    assert isinstance(attempt("new.person", password), Refused)
    hand.forward(days=100)
    assert not get_in("new.person", "渡口的灯亮了整整 40 年").must_change_password


def test_an_initial_password_dies_after_three_days(people, hand):
    password = initial(people)
    hand.forward(hours=72, seconds=1)
    answer = attempt("new.person", password)
    assert isinstance(answer, Refused)
    assert "过期" in answer.sentence
    assert told(people)[-1] == ("sign-in refused", "refused", "new.person")
    with acting(administrator(people)) as session:
        fresh = reset_password(session, account_of(people, "new.person").id)
    assert fresh != password
    assert get_in("new.person", fresh).must_change_password


def test_a_new_password_ends_all_other_sessions(people):
    here, elsewhere = get_in(), get_in()
    assert sign_in.change_own_password(viewer_behind(here), PASSWORD, "Harbour 灯塔 lamp 9") is None
    assert sessions.identify(here.token) is not None
    assert sessions.identify(elsewhere.token) is None
    assert isinstance(attempt(), Refused)
    get_in(password="Harbour 灯塔 lamp 9")


def test_a_new_password_needs_the_current_one_and_is_guessed_no_better(people, checks):
    viewer = viewer_behind(get_in())
    for number in range(5):
        wrong = sign_in.change_own_password(viewer, f"wrong {number}", "Harbour 灯塔 lamp 9")
        assert isinstance(wrong, Refused)
    before = len(checks)
    assert isinstance(sign_in.change_own_password(viewer, PASSWORD, "Harbour 灯塔 lamp 9"), Refused)
    assert len(checks) == before
    assert account_of(people, NAME).password_hash == PASSWORD_HASH


def test_weak_new_passwords_lock_nobody_out(people):
    viewer = viewer_behind(get_in())
    for word in (
        "short",
        "aaaaaaaaaaaaaaaaaaaaaaaa",
        "Zhang.Wei-2026-!!",
        "Password-2026-!",
        "qwertyuiop-12A",
    ):
        with pytest.raises(BadInput):
            sign_in.change_own_password(viewer, PASSWORD, word)
    same = sign_in.change_own_password(viewer, PASSWORD, PASSWORD)
    assert isinstance(same, Refused)
    assert sign_in.change_own_password(viewer, PASSWORD, "Harbour 灯塔 lamp 9") is None


def test_a_fresh_installation_has_no_account(database):
    with makers.everything(database) as session:
        assert session.scalar(select(func.count(Account.id))) == 0
    assert isinstance(attempt("admin", "admin"), Refused)
    assert demonstration.issue_passwords() == 0
    assert demonstration.shown_accounts() == []


def test_no_password_and_no_token_is_kept_anywhere(people, hand, tmp_path):
    password = initial(people)
    found = get_in("new.person", password)
    viewer = viewer_behind(found)
    new = "Harbour 灯塔 lamp 9"
    sign_in.change_own_password(viewer, password, new)
    attempt(NAME, "a canary in the wrong field")
    sign_in.sign_out(found.token)
    secrets = (found.token, password, new, PASSWORD, "a canary in the wrong field")
    dump = []
    with open_engine(people).connect() as connection:
        for table in Base.metadata.sorted_tables:
            dump += [str(value) for row in connection.execute(table.select()) for value in row]
    text = "\n".join(dump)
    assert sessions.hash_token(found.token) in text
    files = [path.read_text(errors="replace") for path in tmp_path.rglob("*") if path.name != "test.db"
             if path.is_file() and not path.name.startswith("test.db-")]  # fmt: skip
    for secret in secrets:
        assert secret not in text
        assert not any(secret in content for content in files)


def test_long_and_chinese_passwords_count_to_the_last_character():
    """Bcrypt alone would look at 72 bytes, which is 24 characters."""
    same = "渡" * 23 + "x"  # 70 bytes
    first, second = hash_password(same + "甲"), hash_password("界" * 64)
    assert not check_password(same + "乙", first)
    assert check_password(same + "甲", first)
    assert check_password("界" * 64, second)
    assert not check_password("界" * 63, second)
    assert not check_password(" " + "界" * 64, second)


@pytest.mark.parametrize(
    "password",
    [
        "今夜月明人尽望不知秋思落谁家二十四桥明月夜",
        "渡口的灯亮了整整 40 年",
        "春江潮水连海平海上明月共潮生滟滟随波千万里何处春江无月明江流宛转绕芳甸月照花林皆似霰空里流霜不觉飞汀上白沙看不见",
        "Harbour 灯塔 lamp 9",
        " leading and trailing blanks count ",
        "ж" * 3 + "Tranquil-Orbit-83",
        pytest.param(random_password(), id="one of ours"),
    ],
)
def test_good_passwords_are_taken(password):
    require_good(password, names=("zhang.wei", "张伟", "城关区"))


@pytest.mark.parametrize(
    "password",
    [
        "", "short", "Kx7#mP2", "a" * 257, "aaaaaaaaaaaaaaaaaaaaaaaaaaaa", "abcdefghijklmnopqrstuvwxyz",
        "Password123!", "P@ssw0rd2026", "Qwerty-12345!", "1qaz2WSX#EDC", "Admin@123456", "20260630-Abc!",
        "zhang.wei-Lamp-77",
        "ZHANG.WEI/moon/9", "张伟的灯塔-Lamp-7", "Zhangwei-Lamp-77x",
        "chengguanqu-Moon-7", "Welcome@2026!",
        "城关区-lamp-Moon-7", "tab\x00Lamp-moon-77", "half \ud800 Lamp-moon-77", "alllowercaseonly",
    ],
)  # fmt: skip
def test_weak_passwords_are_refused_with_a_sentence(password):
    with pytest.raises(BadInput) as caught:
        require_good(password, names=("zhang.wei", "张伟", "城关区"))
    assert caught.value.sentence
    assert caught.value.problems == () or all(p.value == "" for p in caught.value.problems)


def test_the_three_thousand_commonest_are_refused_also_dressed_up():
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    common = list(FREQUENCY_LISTS["passwords"])[:3000]
    assert len(common) == 3000
    taken = []
    for word in common:
        for dressed in (word, (word * 12)[:12] if len(word) > 3 else word, f"{word}1"[:11]):
            try:
                require_good(dressed)
            except BadInput:
                continue
            taken.append(dressed)
    assert taken == []


def test_random_passwords_are_plain_long_and_never_the_same():
    made = {random_password() for _n in range(1000)}
    assert len(made) == 1000
    for password in made:
        groups = password.split("-")
        assert [len(group) for group in groups] == [4, 4, 4, 4]
        assert set("".join(groups)) <= set(passwords.PLAIN)
    assert not set(passwords.PLAIN) & set("il1o0")
    assert len(passwords.PLAIN) ** 16 > 2**78
