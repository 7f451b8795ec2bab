"""What people write: counted as they see it, shown as they meant it, and harmless."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text import (
    BIDI_CONTROLS,
    clean,
    clean_line,
    excerpt,
    graphemes,
    is_blank,
    is_language,
    is_too_long,
    to_html,
)

FAMILY = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}\u200d\N{BOY}"

PLAIN = {"a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "s", "strong", "ul"}

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](vbscript:x)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "<javascript:alert(1)>",
    '[x](http://a "onmouseover=alert(1)")',
    "![x](http://tracker.example/pixel.png)",
    "![x](javascript:alert(1))",
    '[a](http://x"onclick="alert(1))',
    'http://x.example/"onmouseover="alert(1)',
    "```<script>\n<script>alert(1)</script>\n```",
    "<a href='javascript:alert(1)'>x</a>",
    "<!-- --><iframe src=//evil></iframe>",
    "<style>*{display:none}</style>",
    "[ref]\n\n[ref]: javascript:alert(1)",
    "<math><mtext></mtext><script>alert(1)</script></math>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<form action=//evil><input name=q>",
    "[x](http://a\u2028onclick=1)",
    "`<script>alert(1)</script>`",
    "> <script>alert(1)</script>",
    "- <b onclick=alert(1)>x",
]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("abc", 3),
        ("e\u0301", 1),
        (FAMILY, 1),
        ("\N{REGIONAL INDICATOR SYMBOL LETTER D}\N{REGIONAL INDICATOR SYMBOL LETTER E}", 1),
        ("\N{THUMBS UP SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-4}", 1),
        ("سَلام", 4),
        ("한글", 2),
        ("\u1112\u1161\u11ab", 1),
        ("नि", 1),
        ("a\r\nb", 3),
        ("", 0),
    ],
)
def test_length_is_what_a_reader_sees(text: str, seen: int) -> None:
    """A family is one, an accent adds nothing, a vowel mark belongs to its letter."""
    assert seen == graphemes(text)


def test_the_limit_is_5000_graphemes_of_any_script() -> None:
    """Five thousand families fit, 5,001 letters do not, and neither do marks upon marks without end."""
    assert not is_too_long("a" * 5_000)
    assert is_too_long("a" * 5_001)
    assert not is_too_long(FAMILY * 5_000)
    assert is_too_long(FAMILY * 5_001)
    assert is_too_long("a" + "\u0301" * 80_000)


@pytest.mark.parametrize(
    "nothing", ["", " \n\t", "\u200b\u200d\ufeff", "\u202e\u202c", "\u00ad", "\u3164", "\u2800", "\ufe0f"]
)
def test_what_nobody_would_see_is_blank(nothing: str) -> None:
    """A post of spaces and invisible characters is no post."""
    assert is_blank(nothing)


@pytest.mark.parametrize("something", ["a", "٣", "✓", FAMILY, "…", "\u0301"])
def test_what_somebody_would_see_is_not(something: str) -> None:
    """A sign, a digit or a single accent can be seen."""
    assert not is_blank(f" {something}\u200b ")


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_runs_comes_out(attack: str) -> None:
    """Only the tags and attributes of plain text come out, and links lead to the web or to a mailbox."""
    html = to_html(attack)
    for tag in re.findall(r"<\s*/?\s*([a-zA-Z!?][^\s/>]*)", html):
        assert tag in PLAIN
    for tag in re.findall(r"<[^>]*>", html):
        assert set(re.findall(r'\s([a-z]+)="', tag)) <= {"href", "rel", "start"}
    for address in re.findall(r'href="([^"]*)"', html):
        assert not re.match(r"\s*(javascript|vbscript|data):", address, re.IGNORECASE)


@given(
    st.text(
        alphabet=st.sampled_from("<>\"'&;:/()[]`*_~!#ax1\n \u202e\u2067") | st.characters(codec="utf-8"), max_size=200
    )
)
def test_whatever_is_written_only_plain_tags_come_out(text: str) -> None:
    """The same for anything at all."""
    html = to_html(text)
    assert set(re.findall(r"<([a-z0-9]+)", html)) <= PLAIN
    assert not set(BIDI_CONTROLS) & set(html)


def test_links_give_nobody_a_reward_and_no_handle() -> None:
    """Every link says nofollow, noopener and ugc, whether it was written or found."""
    for text in ("[x](http://a.example/)", "<http://a.example/>", "see http://a.example/."):
        assert 'href="http://a.example/" rel="nofollow noopener ugc"' in to_html(text)


def test_a_bare_address_is_a_link_and_the_sentence_keeps_its_stop() -> None:
    """The bracket and the stop belong to the sentence unless the address opened the bracket."""
    html = to_html("(see https://a.example/b_(c)_d, or https://a.example/e).")
    assert ['"https://a.example/b_(c)_d"', '"https://a.example/e"'] == re.findall(r'href=("[^"]*")', html)
    assert html.endswith("</a>).</p>\n")


@pytest.mark.parametrize("control", BIDI_CONTROLS)
def test_no_direction_is_turned(control: str) -> None:
    """Neither typed, nor as an entity, nor in code or a link's text."""
    written = f"a{control}b &#x{ord(control):x}; `c{control}d` [e{control}f](http://a.example/{control})"
    assert control not in to_html(written)
    assert control not in clean_line(written)
    assert control not in excerpt(written)


def test_a_line_end_is_a_line_end() -> None:
    """What is typed in lines is read in lines, and nobody's post has a heading in the page."""
    assert "<p>one<br>\ntwo</p>\n" == to_html("one\ntwo")
    assert "<p># one</p>\n" == to_html("# one")


def test_what_is_kept_has_no_character_that_a_database_refuses() -> None:
    """NUL and lone surrogates go, line ends become one kind, tabs stay."""
    assert "a\nb\tc" == clean(" a\r\nb\tc\x00\ud800 \r")
    assert "a b c" == clean_line(" a\r\nb\tc\u202e ")


def test_an_excerpt_cuts_between_characters() -> None:
    """An excerpt never shows half a family."""
    assert FAMILY * 3 + "…" == excerpt(FAMILY * 9, 4)
    assert FAMILY * 4 == excerpt(FAMILY * 4, 4)


@pytest.mark.parametrize("tag", ["en", "ar", "pt-BR", "zh-Hant-TW"])
def test_a_language_has_the_form_of_one(tag: str) -> None:
    """The tags that browsers send."""
    assert is_language(tag)
    assert not is_language(f'{tag}"')


@pytest.mark.parametrize("unit", ["[", "*a_ ", "a**b", "`a``", "> ", "http://a(", "![[]()", "<a@b.c>", "[a][b]", "- "])
def test_no_text_is_slow(unit: str) -> None:
    """The worst text of full length takes a fraction of a second."""
    begun = time.perf_counter()
    to_html(unit * (5_000 // len(unit)))
    assert time.perf_counter() - begun < 1
