"""Sign-in as AWS does it, in memory: codes that count once, names that are taken, and misfortune at any call."""

import secrets
from base64 import b32encode
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from pathlib import Path

import pyotp

from breakglass import naming
from breakglass.cloud import NewDevice
from breakglass.errors import RejectedError, UnavailableError
from breakglass.estate.desired import desired
from breakglass.estate.enrolled import Enrolled
from breakglass.facts import Enrolment, MfaDevice, Reading, Survey
from breakglass.manifest.model import Manifest
from breakglass.resources import USER, Key, Resource, Scope, state
from breakglass.respond.enrolment.desk import Desk, Order
from breakglass.respond.enrolment.enroll import enroll
from breakglass.respond.enrolment.means import Means
from breakglass.respond.envelope import Envelope
from breakglass.secret import Secret
from tests.conftest import manifest
from tests.memory import MemoryEstate
from tests.respond.reading import Page

ACME = manifest()
SECURITY = ACME.scope(ACME.security_account)
USER_NAME = "ana-break-glass"
PASSKEY = f"arn:aws:iam::{ACME.security_account}:u2f/user/{USER_NAME}/key-ABCDEFGH"
_PROVISIONED = tuple(each for each in desired(ACME).values() if each.scope == SECURITY)
START = datetime(2026, 11, 22, 11, 26, 3, tzinfo=UTC)


class Killed(BaseException):
    """The process is gone: nothing of it runs any more."""


class Trouble(Enum):
    """How one call goes wrong."""

    FAILS = auto()
    """Nothing was done."""
    LOST = auto()
    """It was done, and the answer never came."""
    INTERRUPT = auto()
    """Ctrl-C before the call."""
    INTERRUPT_AFTER = auto()
    """Ctrl-C when it was done."""
    KILL = auto()
    KILL_AFTER = auto()

    @property
    def comes_after(self) -> bool:
        return self in (Trouble.LOST, Trouble.INTERRUPT_AFTER, Trouble.KILL_AFTER)

    def error(self) -> BaseException:
        if self in (Trouble.INTERRUPT, Trouble.INTERRUPT_AFTER):
            return KeyboardInterrupt()
        return UnavailableError("no answer") if self in (Trouble.FAILS, Trouble.LOST) else Killed()


@dataclass
class Device:
    """A virtual MFA device, as AWS knows it."""

    seed: str
    user: str = ""
    since: datetime = START
    last_step: int = -1
    """Of the last code that counted: no earlier one does."""

    def takes(self, code: str, step: int) -> bool:
        """Tell whether a code of this step or the one before counts, and remember it."""
        for each in (step, step - 1):
            if each > self.last_step and pyotp.TOTP(self.seed).generate_otp(each) == code:
                self.last_step = each
                return True
        return False


@dataclass
class Password:
    text: str
    must_change: bool
    since: datetime


@dataclass
class World:
    """The security account: one clock, users in an estate, what they sign in with; and who is at it."""

    estate: MemoryEstate = field(default_factory=MemoryEstate)
    now: datetime = START
    devices: dict[str, Device] = field(default_factory=dict)
    passkeys: dict[str, list[MfaDevice]] = field(default_factory=dict)
    passwords: dict[str, Password] = field(default_factory=dict)
    naked: list[str] = field(default_factory=list)
    """Calls after which a user had a password and no device."""
    calls: list[str] = field(default_factory=list)
    trouble: Callable[[int, str], Trouble | None] = lambda _number, _call: None
    gate: Callable[[], None] = lambda: None
    """Waited at before every call: another may be let go first."""

    @contextmanager
    def call(self, name: str) -> Iterator[None]:
        self.gate()
        trouble = self.trouble(len(self.calls), name)
        self.calls.append(name)
        self.now += timedelta(seconds=1)
        if trouble is not None and not trouble.comes_after:
            raise trouble.error()
        yield
        if any(not self.held(user) for user in self.passwords):
            self.naked.append(name)
        if trouble is not None:
            raise trouble.error()

    def held(self, user: str) -> list[MfaDevice]:
        virtual = [MfaDevice(serial, each.since) for serial, each in self.devices.items() if each.user == user]
        return sorted([*virtual, *self.passkeys.get(user, [])], key=lambda device: device.serial_number)

    def require(self, user: str) -> None:
        if Key(SECURITY, USER, user) not in self.estate.resources:
            raise RejectedError(f"there is no user {user}", subject=user)

    @property
    def step(self) -> int:
        return int(self.now.timestamp()) // 30

    def signs_in(self, user: str, password: str, seed: str) -> bool:
        """Tell whether somebody with these two in an envelope gets in, once the next code is shown."""
        self.now += timedelta(seconds=30)
        known, code = self.passwords.get(user), pyotp.TOTP(seed).generate_otp(self.step)
        right = known is not None and known.text == password and not known.must_change
        return right and any(each.user == user and each.takes(code, self.step) for each in self.devices.values())


@dataclass
class MemorySignIn:
    """One caller of the world; see `cloud.SignIn`."""

    world: World

    def now(self) -> datetime:
        return self.world.now

    def read(self, user: str) -> Enrolment:
        with self.world.call("read"):
            known = self.world.passwords.get(user)
            return Enrolment(
                SECURITY,
                user,
                known.since if known else None,
                bool(known and known.must_change),
                tuple(self.world.held(user)),
            )

    def unassigned_devices(self) -> Collection[str]:
        with self.world.call("unassigned_devices"):
            return [serial for serial, each in self.world.devices.items() if not each.user]

    def make_device(self, name: str) -> NewDevice:
        serial = naming.mfa_arn("aws", SECURITY.account, name)
        with self.world.call("make_device"):
            if serial in self.world.devices:
                raise RejectedError(f"there is a device {name}", subject=serial)
            seed = b32encode(secrets.token_bytes(20)).decode()
            self.world.devices[serial] = Device(seed)
        return NewDevice(serial, Secret(seed))

    def enable_device(self, user: str, serial_number: str, codes: tuple[Secret, Secret]) -> bool:
        with self.world.call("enable_device"):
            self.world.require(user)
            device = self.world.devices.get(serial_number)
            if device is None or device.user:
                raise RejectedError("there is no such device, or somebody has it", subject=serial_number)
            totp, (first, second) = pyotp.TOTP(device.seed), (each.reveal() for each in codes)
            for step in (self.world.step, self.world.step - 1):
                if (first, second) == (totp.generate_otp(step - 1), totp.generate_otp(step)):
                    device.user, device.since, device.last_step = user, self.world.now, step
                    return True
            return False

    def remove_device(self, user: str, serial_number: str) -> None:
        with self.world.call("remove_device"):
            device = self.world.devices.get(serial_number)
            if device is not None and device.user in ("", user):
                del self.world.devices[serial_number]

    def delete_device(self, serial_number: str) -> None:
        with self.world.call("delete_device"):
            if self.world.devices.get(serial_number, Device("")).user:
                raise RejectedError("somebody has the device", subject=serial_number)
            self.world.devices.pop(serial_number, None)

    def make_password(self, user: str, password: Secret, *, must_change: bool) -> None:
        with self.world.call("make_password"):
            self.world.require(user)
            if user in self.world.passwords:
                raise RejectedError(f"{user} has a password", subject=user)
            self.world.passwords[user] = Password(password.reveal(), must_change, self.world.now)

    def replace_password(self, user: str, password: Secret, *, must_change: bool) -> None:
        with self.world.call("replace_password"):
            if user not in self.world.passwords:
                raise RejectedError(f"{user} has no password", subject=user)
            self.world.passwords[user] = Password(password.reveal(), must_change, self.world.passwords[user].since)

    def remove_password(self, user: str) -> None:
        with self.world.call("remove_password"):
            self.world.passwords.pop(user, None)


@dataclass
class ShakyEstate:
    """The estate of the world: its calls count among all the others."""

    world: World

    def read(self, survey: Survey) -> Reading:
        with self.world.call("observe"):
            return self.world.estate.read(survey)

    def create(self, resource: Resource) -> None:
        with self.world.call("create"):
            self.world.estate.create(resource)

    def update(self, before: Resource, after: Resource) -> None:
        with self.world.call("update"):
            self.world.estate.update(before, after)

    def delete(self, resource: Resource) -> None:
        raise AssertionError(f"an enrolment deletes {resource.name}")


@dataclass
class WorldClock:
    world: World

    def sleep(self, seconds: float) -> None:
        self.world.now += timedelta(seconds=seconds)


def provisioned(*absent: str) -> World:
    """Return the security account after `apply`, without the users named."""
    return World(MemoryEstate(dict(state(each for each in _PROVISIONED if each.name not in absent))))


def desk(world: World, folder: Path, told: list[str] | None = None, of: Manifest = ACME) -> Desk:
    heard = [] if told is None else told
    means = Means(ShakyEstate(world), MemorySignIn(world), WorldClock(world))
    return Desk(means, of, folder, plain, heard.append)


def plain(envelope: Envelope) -> str:
    """Return a page with nothing on it but what is secret, and whose: laws write thousands of them."""
    both = {"password": envelope.password, "seed": envelope.seed}
    held = {name: secret.reveal() for name, secret in both.items() if secret is not None}
    told = {"user": naming.user_name(envelope.person.id), **held}
    return "".join(f'<code id="{name}">{text}</code>' for name, text in told.items())


def run(world: World, folder: Path, order: Order | None = None, who: Sequence[str] = ("ana",)) -> tuple[Enrolled, ...]:
    people = [each for name in who for each in ACME.responders if each.id == name]
    return enroll(desk(world, folder), people, order or Order())


def opened(*paths: Path | str) -> dict[str, str]:
    """Return what envelopes hold, as whoever opens them reads it."""
    found: dict[str, str] = {}
    for path in paths:
        found |= Page(Path(path).read_text("utf-8")).ids()
    return found


def works(world: World, paths: Sequence[Path | str]) -> bool:
    """Tell whether a person gets in with these envelopes."""
    held = opened(*paths)
    return {"password", "seed"} <= held.keys() and world.signs_in(held["user"], held["password"], held["seed"])


def passkey(scope: Scope = SECURITY) -> MfaDevice:
    assert scope == SECURITY
    return MfaDevice(PASSKEY, START)
