"""Files from the package registries, through the machine's own configuration: source packages and wheels of PyPI (as data:
nothing in them is executed) and Debian packages unpacked into a folder (nothing is installed).
"""
import fnmatch
import glob
import hashlib
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import tarfile
import tempfile
import urllib.parse
import urllib.request
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DOWNLOADS = os.path.join(ROOT, "build", "downloads")
SYSROOT = os.path.join(ROOT, "build", "sysroot")


class RegistryError(Exception):
    """Something could not be fetched; the text says what and why."""


def pip_index():
    """The package index that pip on this machine would use."""
    if os.environ.get("PIP_INDEX_URL"):
        return os.environ["PIP_INDEX_URL"]
    for question in (["-m", "pip", "config", "get", "global.index-url"],
                     ["-c", "from pip._internal.models.index import PyPI; print(PyPI.simple_url)"]):
        done = subprocess.run([sys.executable, *question], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode == 0 and done.stdout.strip():
            return done.stdout.strip().splitlines()[-1]
    raise RegistryError("pip is needed to know the package index: install python3-pip")


def _open(url, accept="*/*"):
    context = ssl.create_default_context(cafile=os.environ.get("PIP_CERT") or None)
    request = urllib.request.Request(url, headers={"Accept": accept, "User-Agent": "gilray-test-corpus"})
    return urllib.request.urlopen(request, timeout=120, context=context)


def _file_url(package, filename):
    page = pip_index().rstrip("/") + "/" + re.sub(r"[-_.]+", "-", package).lower() + "/"
    try:
        with _open(page, "application/vnd.pypi.simple.v1+json, text/html;q=0.1") as answer:
            kind, text = answer.headers.get_content_type(), answer.read().decode("utf-8", "replace")
    except OSError as error:
        raise RegistryError(f"cannot read the package index for {package}: {error}") from None
    if kind.endswith("json"):
        links = [item["url"] for item in json.loads(text)["files"] if item["filename"] == filename]
    else:
        links = [link for link in re.findall(r'href="([^"#]+)', text) if link.rstrip("/").endswith("/" + filename)]
    if not links:
        raise RegistryError(f"the package index has no file {filename} of {package}")
    return urllib.parse.urljoin(page, links[0])


def pypi_file(package, filename, sha256):
    """The path of one file of a package, downloaded once and verified always."""
    path = os.path.join(DOWNLOADS, filename)
    if not os.path.exists(path):
        os.makedirs(DOWNLOADS, exist_ok=True)
        try:
            with _open(_file_url(package, filename)) as answer, tempfile.NamedTemporaryFile(dir=DOWNLOADS, delete=False) as out:
                shutil.copyfileobj(answer, out)
        except OSError as error:
            raise RegistryError(f"cannot download {filename}: {error}") from None
        os.replace(out.name, path)
    with open(path, "rb") as stream:
        have = hashlib.sha256(stream.read()).hexdigest()
    if have != sha256:
        os.unlink(path)
        raise RegistryError(f"{filename} has sha256 {have}, expected {sha256}; it was removed")
    return path


def unpack(archive, folder, patterns=("*",)):
    """Unpacks regular files below folder, dropping the first path component of a source archive. Names that would leave
    the folder, links and devices are refused."""
    def wanted(name):
        parts = name.replace("\\", "/").split("/")
        if name.startswith("/") or ".." in parts:
            raise RegistryError(f"{os.path.basename(archive)} holds the unsafe name '{name}'")
        return any(fnmatch.fnmatch(name, pattern) for pattern in patterns)

    def write(name, stream):
        target = os.path.join(folder, name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as out:
            shutil.copyfileobj(stream, out)

    if archive.endswith((".whl", ".zip")):
        with zipfile.ZipFile(archive) as package:
            for item in package.infolist():
                name = item.filename if archive.endswith(".whl") else item.filename.partition("/")[2]
                if name and not item.is_dir() and wanted(name):
                    with package.open(item) as stream:
                        write(name, stream)
        return
    with tarfile.open(archive) as package:
        for item in package:
            name = item.name.partition("/")[2]
            if item.isreg() and name and wanted(name):
                write(name, package.extractfile(item))


def unpacked(package, filename, sha256, folder, patterns=("*",)):
    """folder with the file's content; unpacked once per content and patterns."""
    stamp = os.path.join(folder, ".unpacked")
    mark = sha256 + " " + " ".join(patterns)
    if os.path.exists(stamp) and open(stamp, encoding="ascii").read() == mark:
        return folder
    archive = pypi_file(package, filename, sha256)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    unpack(archive, folder, patterns)
    with open(stamp, "w", encoding="ascii") as out:
        out.write(mark)
    return folder


def debian_headers(packages):
    """Include directories holding the headers of these Debian packages: the system's where a package is installed, else a
    folder into which it was unpacked."""
    folders = []
    for package in packages:
        done = subprocess.run(["dpkg-query", "-W", "-f=${db:Status-Abbrev}", package], capture_output=True, text=True)
        if done.stdout.startswith("ii"):
            continue
        folder = os.path.join(SYSROOT, package)
        if not os.path.exists(os.path.join(folder, ".unpacked")):
            _unpack_debian(package, folder)
        include = os.path.join(folder, "usr", "include")
        folders += [include] + [path for path in glob.glob(os.path.join(include, "*-linux-gnu*")) if os.path.isdir(path)]
    return folders


def _unpack_debian(package, folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    with tempfile.TemporaryDirectory(dir=folder) as work:
        # The user that apt drops privileges to cannot write here; as root that is only a warning.
        done = subprocess.run(["apt-get", "-q", "download", package], cwd=work, capture_output=True, text=True)
        files = glob.glob(os.path.join(work, "*.deb"))
        if not files:
            raise RegistryError(f"cannot download the Debian package {package}: "
                                + (done.stderr.strip().splitlines() or ["no reason given"])[-1]
                                + " (is the package list fresh? run apt-get update)")
        subprocess.run(["dpkg-deb", "-x", files[0], folder], check=True)
    for heavy in ("usr/lib", "usr/share"):
        shutil.rmtree(os.path.join(folder, heavy), ignore_errors=True)
    open(os.path.join(folder, ".unpacked"), "w", encoding="ascii").close()
