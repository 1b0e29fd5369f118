"""People of the hotline in front of a running service: each has a browser of their own, as far as cookies and forms go."""

from __future__ import annotations

import ipaddress
import itertools
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from fastapi import FastAPI

from assistant import passwords, staff
from assistant.store import Store
from tests.web.conftest import WebClient

PAGES = {"accept": "text/html,application/xhtml+xml"}
OWN = "三点钟的茶要放两块糖才好喝"
# Hashing takes a tenth of a second: once is enough.
OWN_HASH = passwords.hashed(OWN)
_NUMBERS = itertools.count(1)
ADDRESSES = ipaddress.ip_network("198.18.0.0/15")


class Browser(httpx.Client):
    """Keeps cookies; `send` sends a form with the token that the last page had."""

    form_token = ""

    def open(self, path: str) -> httpx.Response:
        """Open a page, whatever it leads to."""
        return self._seen(self.get(path, follow_redirects=True))

    def send_form(self, path: str, pairs: Any = (), **headers: str) -> httpx.Response:
        """Send a form as a browser does; nothing is followed."""
        fields = [("form_token", self.form_token), *(pairs.items() if isinstance(pairs, dict) else pairs)]
        return self._seen(self.post(path, content=str(httpx.QueryParams(fields)), headers={"Content-Type": FORM, **headers}))

    def sign_in(self, name: str, password: str = OWN, **headers: str) -> httpx.Response:
        """Send the sign-in form, then open what it leads to."""
        response = self.send_form("/console/login", {"name": name, "password": password}, **headers)
        if response.status_code == 303:
            self.open(response.headers["location"])
        return response

    def _seen(self, response: httpx.Response) -> httpx.Response:
        if found := re.search(r'name="form_token" value="(\w+)"', response.text):
            self.form_token = found[1]
        return response


FORM = "application/x-www-form-urlencoded"


@contextmanager
def browser(client: httpx.Client) -> Iterator[Browser]:
    """A browser that nobody signed in with yet, at an address of its own: wrong tries of one test slow down no other."""
    headers = {**PAGES, "X-Forwarded-For": str(ADDRESSES[next(_NUMBERS)])}
    with Browser(base_url=client.base_url, headers=headers, trust_env=False, timeout=30) as made:
        yield made


@contextmanager
def at_the_console(client: WebClient) -> Iterator[Browser]:
    """The browser of somebody who is signed in."""
    with browser(client) as made:
        made.sign_in(employ(store_of(client.app)))
        yield made


def store_of(app: FastAPI) -> Store:
    """The service's own database."""
    found: Store = app.state.history.store()
    return found


def employ(store: Store, *, own_password: bool = True) -> str:
    """Add somebody whose password is OWN, chosen or made up by us; returns the name."""
    name = f"同事{next(_NUMBERS)}"
    assert staff.add(store, name, OWN_HASH, now=time.time())
    if own_password:
        person = staff.find(store, name)
        assert person is not None
        assert staff.choose(store, person, OWN_HASH)
    return name
