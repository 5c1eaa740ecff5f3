"""Links of a built site: what leads nowhere is told with its page and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.links import find_faults, main, read_pages

GOOD = """\
<h1 id="top">Home</h1>
<a href="guide/a%20b.html#part">there</a> <a href="#top">up</a> <a href="guide/">folder</a> <a href="/guide/">root</a>
<a href="https://elsewhere.test/gone">outside</a> <a href="//elsewhere.test">outside</a>
<a href="mailto:a@b.test">by mail</a>
<img src="one.png" srcset="one.png 1x, two.png 2x">
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "guide").mkdir()
    (tmp_path / "guide" / "index.html").write_text('<a href="../index.html">home</a>')
    (tmp_path / "guide" / "a b.html").write_text('<a name="part"></a>')
    (tmp_path / "index.html").write_text(GOOD)
    for name in ("one.png", "two.png"):
        (tmp_path / name).touch()
    return tmp_path


def faults(site: Path, html: str) -> list[str]:
    (site / "index.html").write_text(html)
    return find_faults(site, read_pages(site))


def test_links_that_lead_somewhere_are_no_faults(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(site)]) == 0
    assert capsys.readouterr().out == "11 links of 3 pages lead somewhere\n"


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ('<p>\n<a href="gone.html">', 'index.html:2: "gone.html": there is no such file'),
        ('<img src="gone.png">', 'index.html:1: "gone.png": there is no such file'),
        ('<img srcset="one.png 1x, gone.png 2x">', 'index.html:1: "gone.png": there is no such file'),
        ('<a href="#gone">', 'index.html:1: "#gone": index.html has no anchor "gone"'),
        ('<a href="guide/#part">', 'index.html:1: "guide/#part": guide/index.html has no anchor "part"'),
        ('<a href="../secret.html">', 'index.html:1: "../secret.html": leads out of the site'),
        ('<p id="a"><p id="a">', 'index.html:1: anchor "a" is on the page twice'),
    ],
)
def test_link_that_leads_nowhere_is_told_with_its_line(site: Path, html: str, fault: str) -> None:
    assert faults(site, html) == [fault]


def test_faults_fail_the_command(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / "index.html").write_text('<a href="gone.html">')
    assert main([str(site)]) == 1
    assert "gone.html" in capsys.readouterr().out


def test_directory_without_pages_fails_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"{tmp_path}: there are no pages\n"
