"""What the clients of other languages need, whether it is here, and how their programs are run and ended.

    make clients        installs what can be had, and runs the suite

What is missing is no failure and no success: its tests are skipped with the reason, and the summary lists them as NOT
RUN. Every process has a time after which it is killed, by its own process id.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(__file__).parent / "programs"
NODE_MODULES = ROOT / "var" / "clients" / "node_modules"
"""Where `make clients` installs packages of Node."""
RUN_S = 240
"""The longest that a compiler or a client may take on a busy machine."""
_JARS = Path("/usr/share/java")
_JAXWS = (
    *("jaxws-api", "jaxws-rt", "jaxb-api", "jaxb-core", "jaxb-impl", "jaxb-runtime", "javax.xml.soap-api", "saaj-impl"),
    *("jws-api", "javax.activation", "stax-ex", "streambuffer", "mimepull", "metro-policy", "gmbal", "ha-api"),
    *("istack-commons-runtime", "txw2", "FastInfoset", "geronimo-annotation-1.3-spec", "management-api"),
    *(
        "glassfish-management-api",
        "woodstox-core",
        "stax2-api",
        "pfl-basic",
        "pfl-tf",
        "pfl-dynamic",
        "javax.transaction-api",
    ),
)
_WSS4J = ("wss4j", "xmlsec", "commons-logging", "slf4j-api", "slf4j-simple")


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolchain:
    """What must be on the machine for the clients of a language, with the packages that bring it."""

    programs: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()
    probe: tuple[str, ...] = ()
    """A command that ends with 0 where an extension is there."""
    packages: str = ""

    def lacks(self) -> str | None:
        """What is missing, in a few words; None where everything is there."""
        missing = [name for name in self.programs if shutil.which(name) is None]
        missing += [str(file) for file in self.files if not file.exists()]
        if not missing and self.probe and subprocess.run(self.probe, capture_output=True, timeout=60).returncode:
            missing = [" ".join(self.probe)]
        return f"{', '.join(missing)} missing ({self.packages})" if missing else None


TOOLCHAINS: Mapping[str, Toolchain] = {
    "php": Toolchain(
        programs=("php",), probe=("php", "-r", 'exit((int) !extension_loaded("soap"));'), packages="php-cli php-soap"
    ),
    "java": Toolchain(programs=("java", "javac"), packages="default-jdk-headless"),
    "jaxws": Toolchain(
        programs=("java", "javac", "wsimport", "xjc"),
        files=(_JARS / "jaxws-rt.jar",),
        packages="default-jdk-headless jaxws jaxb libjaxws-java",
    ),
    "wss4j": Toolchain(files=(_JARS / "wss4j.jar", _JARS / "xmlsec.jar"), packages="libwss4j-java"),
    "csharp": Toolchain(
        programs=("mcs", "mono"),
        files=(Path("/usr/lib/mono/4.5/System.Net.Http.dll"), Path("/usr/lib/mono/4.5/System.Xml.Linq.dll")),
        packages="mono-mcs libmono-system-net-http4.0-cil libmono-system-xml-linq4.0-cil",
    ),
    "node": Toolchain(programs=("node",), files=(NODE_MODULES / "soap",), packages="npm: soap"),
    "node-strong": Toolchain(programs=("node",), files=(NODE_MODULES / "strong-soap",), packages="npm: strong-soap"),
    "gsoap": Toolchain(
        programs=("wsdl2h", "soapcpp2", "g++"),
        files=(Path("/usr/include/stdsoap2.h"),),
        packages="gsoap libgsoap-dev g++",
    ),
    "perl": Toolchain(programs=("perl",), probe=("perl", "-MSOAP::Lite", "-e", "1"), packages="libsoap-lite-perl"),
}


def need(*names: str) -> None:
    """Skip the test where something that it needs is missing, and say what."""
    for name in names:
        if (lacks := TOOLCHAINS[name].lacks()) is not None:
            pytest.skip(f"NOT RUN: {name}: {lacks}")


def jars(*names: str) -> str:
    """A class path of those of these jars that Debian has."""
    return os.pathsep.join(str(_JARS / f"{name}.jar") for name in names if (_JARS / f"{name}.jar").exists())


def jaxws_jars() -> str:
    return jars(*_JAXWS)


def wss4j_jars() -> str:
    return jars(*_JAXWS, *_WSS4J)


def runs(command: Sequence[str | Path], folder: Path) -> bool:
    """Whether a command ends well."""
    done = subprocess.run([str(each) for each in command], cwd=folder, capture_output=True, timeout=RUN_S)
    return done.returncode == 0


def run(command: Sequence[str | Path], folder: Path, **environment: str) -> str:
    """One command to its end; returns what it printed. Fails the test with what it complained of."""
    done = subprocess.run(
        [str(each) for each in command],
        cwd=folder,
        env=os.environ | {"NODE_PATH": str(NODE_MODULES), "LC_ALL": "C.UTF-8"} | environment,
        capture_output=True,
        text=True,
        timeout=RUN_S,
    )
    assert done.returncode == 0, (
        f"{command[0]} ended with {done.returncode}: {done.stdout[-2000:]}{done.stderr[-4000:]}"
    )
    return done.stdout


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@dataclass(slots=True, kw_only=True)
class Server:
    """A program that serves on a port of this machine."""

    command: tuple[str | Path, ...]
    port: int
    path: str = "/icjs"
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.path}"

    @contextmanager
    def serving(self, folder: Path) -> Iterator[None]:
        """Started until it answers; ended by its process id, and with it what it started."""
        log = folder / "server.log"
        with log.open("wb") as words:
            process = subprocess.Popen(
                [str(each) for each in self.command],
                cwd=folder,
                env=os.environ | {"NODE_PATH": str(NODE_MODULES), "PORT": str(self.port)} | dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                start_new_session=True,
            )
        try:
            self._until_open(process, log)
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=30)

    def _until_open(self, process: subprocess.Popen[bytes], log: Path) -> None:
        until = time.monotonic() + RUN_S
        while time.monotonic() < until:
            assert process.poll() is None, f"the server ended: {log.read_text(errors='replace')[-2000:]}"
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        pytest.fail(f"the server did not listen within {RUN_S} s")
