"""What the program whole is built without: parts of Python that its dependencies name, and never need."""

from __future__ import annotations

import sys

_ENCRYPTION = ("ssl", "_ssl", "_hashlib")  # asyncio and hashlib do without; OpenSSL is as large as Python
_NUMBERS = ("_decimal", "_pydecimal", "decimal", "fractions", "numbers", "statistics")
_PROCESSES = ("multiprocessing",)
_NETWORK = (
    *("ftplib", "getpass", "http", "mimetypes", "netrc", "xmlrpc"),
    *("urllib.error", "urllib.request", "urllib.response", "urllib.robotparser"),
)
_FORMATS = ("_elementtree", "pyexpat", "bz2", "_bz2", "lzma", "_lzma", "tarfile", "sqlite3")
_ENCODINGS = (
    *("_codecs_cn", "_codecs_hk", "_codecs_iso2022", "_codecs_jp", "_codecs_kr", "_codecs_tw"),
    "_multibytecodec",
)
_CONSOLES = ("curses", "readline", "tkinter")
_DEVELOPMENT = (
    *("_testcapi", "bdb", "cmd", "code", "codeop", "distutils", "doctest", "lib2to3", "pdb"),
    *("pkg_resources", "pydoc", "setuptools", "tracemalloc", "unittest"),
)
# Through ctypes, the server finds out from Windows whether its client is alive, and gives memory back to Linux.
_FOREIGN = () if sys.platform in ("win32", "linux") else ("ctypes", "_ctypes")

LEFT_OUT: tuple[str, ...] = (
    *_ENCRYPTION,
    *_NUMBERS,
    *_PROCESSES,
    *_NETWORK,
    *_FORMATS,
    *_ENCODINGS,
    *_CONSOLES,
    *_DEVELOPMENT,
    *_FOREIGN,
)
