"""Clients as people and programs are: a browser without JavaScript, and a program that speaks JSON."""

from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from types import TracebackType
from urllib.parse import urlencode, urljoin, urlsplit

import httpx

VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"))
TEXTUAL = frozenset(
    ("text", "password", "email", "search", "hidden", "number", "url", "datetime-local", "date", "time")
)
Filling = Mapping[str, str | Sequence[str]]
Files = Mapping[str, Sequence[bytes]]
BOUNDARY = "a-boundary-that-no-file-of-ours-holds"


class Element:
    """An element of a page, with what it holds."""

    def __init__(self, tag: str, attributes: dict[str, str], parent: "Element | None") -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.children: list[Element | str] = []

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name, "")

    @property
    def text(self) -> str:
        """What a reader sees of it, in one line; what is only for screen readers as well."""
        parts = [child if isinstance(child, str) else child.text for child in self.children]
        return " ".join("".join(parts).split())

    @property
    def raw(self) -> str:
        """Its characters as they stand, as a textarea holds them."""
        return "".join(child if isinstance(child, str) else child.raw for child in self.children)

    def all(self, *tags: str, cls: str = "") -> list["Element"]:
        """Every element below it of these tags, or of any, that has the class."""
        found: list[Element] = []
        for child in self.children:
            if isinstance(child, Element):
                if (not tags or child.tag in tags) and (not cls or cls in child["class"].split()):
                    found.append(child)
                found += child.all(*tags, cls=cls)
        return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.at = Element("#document", {}, None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.children.append(element)
        if tag not in VOID:
            self.at = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.at.children.append(Element(tag, {name: value or "" for name, value in attrs}, self.at))

    def handle_endtag(self, tag: str) -> None:
        place: Element | None = self.at
        while place is not None and place.tag != tag:
            place = place.parent
        if place is not None and place.parent is not None:
            self.at = place.parent

    def handle_data(self, data: str) -> None:
        self.at.children.append(data)


class Form:
    """A form as it stands on a page: what it would send, and what may be filled in."""

    def __init__(self, element: Element) -> None:
        self.action = element["action"]
        self.method = element["method"].upper() or "GET"
        self.has_files = element["enctype"] == "multipart/form-data"
        self.files: dict[str, int] = {}
        self.values: dict[str, list[str]] = {}
        self.offered: dict[str, list[str]] = {}
        self.free: set[str] = set()
        self.buttons: list[tuple[str, str]] = []
        for control in element.all("input", "textarea", "select", "button"):
            if "disabled" not in control.attributes:
                self._take(control)

    def _take(self, control: Element) -> None:
        name = control["name"]
        if control.tag == "button":
            if control["type"] in ("", "submit"):
                self.buttons.append((name, control["value"]))
        elif not name:
            return
        elif control["type"] == "file":
            self.files[name] = self.files.get(name, 0) + 1
        elif control.tag == "textarea":
            self.free.add(name)
            self.values.setdefault(name, []).append(control.raw.removeprefix("\n"))
        elif control.tag == "select":
            options = control.all("option")
            self.offered[name] = [option["value"] for option in options]
            chosen = [option["value"] for option in options if "selected" in option.attributes]
            self.values[name] = chosen or self.offered[name][:1]
        elif control["type"] in ("radio", "checkbox"):
            self.offered.setdefault(name, []).append(control["value"] or "on")
            if "checked" in control.attributes:
                self.values.setdefault(name, []).append(control["value"] or "on")
        else:
            assert (control["type"] or "text") in TEXTUAL, f"no person can fill in {control.attributes}"
            if control["type"] != "hidden":
                self.free.add(name)
            self.values.setdefault(name, []).append(control["value"])

    def filled(self, filling: Filling, press: str | None) -> list[tuple[str, str]]:
        """What is sent when a person has filled this in and pressed the button (of that value)."""
        values = {name: list(kept) for name, kept in self.values.items()}
        for name, wish in filling.items():
            wishes = [wish] if isinstance(wish, str) else list(wish)
            assert name in self.free or name in self.offered, f"{self.action} has no field {name!r}: {self.describe()}"
            if name in self.offered:
                assert set(wishes) <= set(self.offered[name]), f"{name} offers {self.offered[name]}, not {wishes}"
            values[name] = wishes
        pairs = [(name, value) for name, kept in values.items() for value in kept]
        buttons = [button for button in self.buttons if press is None or button[1] == press]
        assert buttons, f"{self.action} has no button {press!r}: {self.describe()}"
        name, value = buttons[0]
        return [*pairs, (name, value)] if name else pairs

    def describe(self) -> str:
        """What the form asks."""
        return f"free {sorted(self.free)}, offered {self.offered}, buttons {self.buttons}"


def multipart(pairs: Sequence[tuple[str, str]], files: Sequence[tuple[str, bytes]]) -> bytes:
    """A form with files as a browser sends it; a field in which none was chosen has a file without a name."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="'.encode()
    parts = [head + f'{name}"\r\n\r\n{text}\r\n'.encode() for name, text in pairs]
    for name, data in files:
        kind = f'{name}"; filename="{"holiday.jpg" if data else ""}"\r\nContent-Type: application/octet-stream\r\n\r\n'
        parts.append(head + kind.encode() + data + b"\r\n")
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


class Page:
    """A page that a browser has opened."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.status = response.status_code
        self.html = response.text
        reader = _Reader()
        reader.feed(self.html)
        self.document = reader.root

    @property
    def path(self) -> str:
        """Where it is, with its query."""
        return self.response.request.url.raw_path.decode()

    @property
    def text(self) -> str:
        """What a reader reads between header and footer."""
        mains = self.document.all("main")
        return mains[0].text if mains else self.document.text

    @property
    def heading(self) -> str:
        """The first heading of the first rank."""
        return self.document.all("h1")[0].text

    @property
    def language(self) -> tuple[str, str]:
        """`lang` and `dir` of the page."""
        html = self.document.all("html")[0]
        return html["lang"], html["dir"]

    @property
    def links(self) -> dict[str, str]:
        """Where each link leads, by its words."""
        return {link.text: link["href"] for link in self.document.all("a")}

    @property
    def forms(self) -> list[Form]:
        """Every form of the page."""
        return [Form(element) for element in self.document.all("form")]

    @property
    def errors(self) -> dict[str, str]:
        """What the page says is wrong with each field."""
        wrong = [control for control in self.document.all() if control["aria-invalid"] == "true"]
        return {
            control["name"]: said.text
            for control in wrong
            for said in self.document.all()
            if said["id"] and said["id"] == control["aria-describedby"]
        }

    def form(self, action: str) -> Form:
        """The form that posts to this path."""
        found = [form for form in self.forms if urlsplit(form.action).path == action]
        assert found, f"{self.path} has no form to {action}, only {[form.action for form in self.forms]}"
        return found[0]


class Browser:
    """A person's browser with JavaScript off: it opens pages, follows links, fills in forms and goes on to 303."""

    def __init__(self, url: str, language: str = "en") -> None:
        self.url = url
        self.http = httpx.Client(base_url=url, headers={"Accept-Language": language}, timeout=30)
        self.page: Page | None = None

    def open(self, path: str) -> Page:
        """Open an address; a redirect is followed."""
        return self._arrive(self._get(path))

    def follow(self, words: str) -> Page:
        """Follow the link that has these words."""
        links = self._shown().links
        found = [href for text, href in links.items() if words in text]
        assert found, f"{self._shown().path} has no link {words!r}, only {sorted(links)}"
        return self.open(found[0])

    def submit(
        self,
        action: str,
        filling: Filling | None = None,
        *,
        press: str | None = None,
        at: str = "",
        files: Files | None = None,
    ) -> Page:
        """Fill in the form that posts to `action` on the page shown, or on the one `at`, and press its button.

        `files` are chosen in the fields of a name, in their order; b"" chooses none.
        """
        page = self.open(at) if at else self._shown()
        form = page.form(action)
        pairs = form.filled(filling or {}, press)
        if form.method == "GET":
            return self.open(f"{form.action}?{urlencode(pairs)}")
        if form.has_files:
            return self.send(form, pairs, files or {})
        return self._arrive(self._post(form.action, pairs))

    def press(self, action: str, press: str) -> httpx.Response:
        """Press a button of the form shown that posts to `action`, and go nowhere: what the square answers."""
        return self._post(action, self._shown().form(action).filled({}, press))

    def _shown(self) -> Page:
        assert self.page is not None, "no page is open yet"
        return self.page

    def _get(self, path: str) -> httpx.Response:
        headers = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Sec-Fetch-Site": "same-origin"}
        return self.http.get(path, headers=self._referring(headers))

    def _post(
        self,
        path: str,
        pairs: list[tuple[str, str]],
        body: bytes = b"",
        kind: str = "application/x-www-form-urlencoded",
    ) -> httpx.Response:
        headers = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Origin": self.url}
        headers |= {"Sec-Fetch-Site": "same-origin", "Content-Type": kind}
        return self.http.post(path, content=body or urlencode(pairs).encode(), headers=self._referring(headers))

    def send(self, form: Form, pairs: list[tuple[str, str]], files: Files) -> Page:
        """Send a form with files."""
        for name in files:
            assert len(files[name]) <= form.files.get(name, 0), f"{form.action} has no such file field: {form.files}"
        chosen = [
            (name, files[name][place] if name in files and place < len(files[name]) else b"")
            for name, room in form.files.items()
            for place in range(room)
        ]
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        return self._arrive(self._post(form.action, [], multipart(pairs, chosen), kind))

    def _referring(self, headers: dict[str, str]) -> dict[str, str]:
        return headers | ({"Referer": urljoin(self.url, self.page.path)} if self.page else {})

    def _arrive(self, response: httpx.Response) -> Page:
        for _ in range(5):
            if response.status_code not in (301, 302, 303, 307, 308):
                break
            response = self._get(response.headers["location"])
        self.page = Page(response)
        return self.page

    def close(self) -> None:
        """Close every connection."""
        self.http.close()

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class Program:
    """A client that speaks JSON and brings the token of its session."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, headers={"Accept": "application/json"}, timeout=30)

    def get(self, path: str) -> httpx.Response:
        """Ask for a page's value."""
        return self.http.get(path)

    def post(self, path: str, value: object = None, **headers: str) -> httpx.Response:
        """Send JSON; headers are written with underscores."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return self.http.post(
            path, json={} if value is None else value, headers={"X-CSRF-Token": self.token(), **named}
        )

    def token(self) -> str:
        """The token that writing needs, as the session tells it."""
        told = self.http.get("/session").json()["csrf"]
        assert isinstance(told, str)
        return told

    def close(self) -> None:
        """Close every connection."""
        self.http.close()
