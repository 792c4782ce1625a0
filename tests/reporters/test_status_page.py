"""The page of `status --format html`: its text, and what a browser makes of it."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.checks import open_project
from tests.strategies import at_night
from workflow_ls.analysis import Analysis
from workflow_ls.records import replace
from workflow_ls.reporters.report_context import ReportContext
from workflow_ls.reporters.status.status_page import PageContent, render
from workflow_ls.status import status_of
from workflow_ls.status.history import Commit, HistoryPoint
from workflow_ls.status.report import Progress

CHROMIUM = next((path for name in ("chromium", "google-chrome", "chrome") if (path := shutil.which(name))), None)
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is missing: no browser opens the page")

HOSTILE = "</script><script>document.title='bad'</script><img src=x onerror=document.title='bad'>"
PROJECT = f"""
//- /packages/a/src/a.ts
import {{ client }} from '@shared/workflow/runtime/client';
import {{ Run }} from '@shared/workflow/runtime/types'; // {HOSTILE}
//- /packages/b/src/blocked.ts
import {{ gone }} from '@shared/workflow/runtime/{HOSTILE.replace("'", "")}';
"""


def page(text: str = PROJECT, *, history: bool = True, base: str | None = "") -> str:
    workspace = open_project(text)[1]
    analysis = Analysis(workspace)
    checked = analysis.check()
    points = [
        HistoryPoint(Commit("a" * 40, f"2026-03-0{day}", HOSTILE), (Progress("runtime", 9 - day, day),), ())
        for day in (1, 4, 8)
    ]
    context = ReportContext(sources=lambda path: workspace.files.read(path) or b"", version="1")
    return render(
        PageContent(
            status_of(analysis, checked.diagnostics),
            checked.diagnostics,
            checked.notices,
            context,
            points if history else (),
            base,
        )
    )


def test_what_is_not_known_is_at_the_top() -> None:
    config = "import path from 'path'; export default { resolve: { alias: { ...read(), '@b': path.resolve('b') } } };"
    files = f"""
    //- /packages/b/package.json
    {{ "name": "b" }}
    //- /packages/b/vite.config.ts
    {config}
    //- /packages/b/a.ts
    import {{ client }} from '@shared/workflow/runtime/client';
    //- /deploy/job.tpl
    run @shared/workflow/runtime
    """
    top = page(files, history=False).partition('<h2 id="causes">')[0].partition("Findings")[0]
    assert "Aliases that are known only when the configuration runs:" in top
    assert '<li><a href="packages/b/vite.config.ts"><code>packages/b/vite.config.ts:1</code></a>: ' in top
    assert "<strong>Not read, though they name the legacy tree:</strong> <code>deploy/job.tpl</code>" in top
    plain = page("//- /packages/b/a.ts\nimport {} from '@shared/workflow/runtime/client';", history=False)
    assert "Aliases that are known only when the configuration runs" not in plain
    assert "Not read" not in plain


class Elements(HTMLParser):
    """All elements of a page, and a complaint for each that is not closed."""

    VOID = ("meta", "input", "br", "link")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_every_element_is_closed_and_none_comes_from_the_workspace() -> None:
    elements = Elements(page())
    assert elements.open == []
    assert [tag for tag, _ in elements.found if tag in ("script", "img", "iframe")] == ["script"] * 3
    assert "document.title" in page()


def test_nothing_is_loaded_and_no_other_script_runs() -> None:
    text = page()
    attributes = [attributes for _, attributes in Elements(text).found]
    assert not any({"src", "srcset", "data"} & each.keys() for each in attributes)
    assert not any(name.startswith("on") for each in attributes for name in each)
    [policy] = [each["content"] for each in attributes if each.get("http-equiv") == "Content-Security-Policy"]
    allowed = set(re.findall(r"'sha256-([^']+)'", policy or ""))
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert {base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in scripts} == allowed


def test_it_says_what_the_status_says() -> None:
    text = re.sub(r"<[^>]+>", "", page(history=False))
    assert "legacy references left" in text
    assert "What blocks most" in text
    assert "packages/a/src/a.ts:1" in text
    assert "import { client } from &#x27;@shared/workflow/runtime/client&#x27;;" in text
    assert "Burn-down" not in text


@pytest.mark.parametrize(
    ("base", "link"), [("", "packages/a/src/a.ts"), ("../", "../packages/a/src/a.ts"), (None, None)]
)
def test_links_lead_to_the_files(base: str | None, link: str | None) -> None:
    links = {attributes.get("href") for tag, attributes in Elements(page(base=base)).found if tag == "a"}
    assert (link in links) is (link is not None)
    assert all(each == "#findings" or base is not None for each in links)


def test_nothing_is_left() -> None:
    text = page("", history=False)
    assert Elements(text).open == []


@needs_browser
@pytest.mark.slow
def test_in_a_browser(tmp_path: Path) -> None:
    """The chart is drawn, the search hides rows, the table of findings prints, and nothing hostile acts."""
    (tmp_path / "page.html").write_text(page())
    address = (tmp_path / "page.html").as_uri()
    plain = browse(tmp_path, "--dump-dom", address)
    assert "<canvas" in plain
    # The legend has the last numbers where no pointer is.
    assert re.findall(r'u-value">([^<]*)<', plain) == ["2026-03-08", "1", "8"]
    assert "<title>Progress of the move</title>" in plain
    rows = re.findall(r"<tr data-status[^>]*>", plain)
    assert rows
    assert not any("hidden" in row for row in rows)
    searched = browse(tmp_path, "--dump-dom", f"{address}#search=runtime/client+a.ts&status=verified")
    hidden = [("hidden" in row) for row in re.findall(r"<tr data-status[^>]*>", searched)]
    assert (len(hidden), hidden.count(False)) == (len(rows), 1)
    assert f">1 of {len(rows)}</output>" in searched
    browse(tmp_path, f"--print-to-pdf={tmp_path}/page.pdf", address)
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")


def test_the_page_of_a_large_tree_stays_small() -> None:
    rows = re.findall(r"<tr data-status.*?</tr>", many(2_000), re.DOTALL)
    assert len(rows) == 2_000
    assert sum(map(len, rows)) < 600 * len(rows)


@needs_browser
@pytest.mark.slow
@pytest.mark.parametrize(
    ("act", "visible", "button"),
    [
        ("document.getElementById('more').click()", 700, None),
        ("dispatchEvent(new Event('beforeprint')); dispatchEvent(new Event('afterprint'))", 500, "Show all 700"),
        ("search.value = 'F69  client'; search.dispatchEvent(new Event('input'))", 11, None),
        *at_night(
            ("", 500, "Show all 700"),
            ("dispatchEvent(new Event('beforeprint'))", 700, None),
            ("location.hash = 'search=f69'", 11, None),
        ),
    ],
)
def test_many_findings_in_a_browser(tmp_path: Path, act: str, visible: int, button: str | None) -> None:
    """A page of many findings shows some, all on demand and on paper, and follows its address."""
    text = re.sub(r"<meta http-equiv[^>]*>", "", many(700)).replace("</body>", f"<script>{act}</script></body>")
    (tmp_path / "page.html").write_text(text)
    shown = browse(tmp_path, "--dump-dom", (tmp_path / "page.html").as_uri())
    assert ["hidden" in row for row in re.findall(r"<tr data-status[^>]*>", shown)].count(False) == visible
    [more] = re.findall(r'<button id="more" type="button"([^>]*)>([^<]*)</button>', shown)
    assert (more[1] if "hidden" not in more[0] else None) == button


CAUSES = "//- /packages/a/src/a.ts\n" + "".join(
    f"import {{ {name} }} from '@shared/workflow/runtime/{module}';\n"
    for name, module in (("client", "client"), ("one", "types"), ("two", "types"), ("Run", "types"), ("x", "nowhere"))
)


@needs_browser
@pytest.mark.slow
@pytest.mark.parametrize(
    ("act", "lines"),
    [
        ("document.querySelector('td[data-shows=\"1\"] button').click()", ["2"]),
        ("cause.value = '3'; cause.dispatchEvent(new Event('change'))", ["5"]),
        ("location.hash = 'cause=2'", ["3"]),
        *at_night(
            ("", ["1", "2", "2", "3", "3", "4", "5"]),
            ("location.hash = 'cause=2&status=verified'", []),
            ("location.hash = 'cause=no'", ["1", "2", "2", "3", "3", "4", "5"]),
        ),
    ],
)
def test_a_cause_leads_to_its_findings(tmp_path: Path, act: str, lines: list[str]) -> None:
    """Who asks for what blocks most sees the findings behind it, by a click, in a list, and by the address."""
    shown = acted(tmp_path, page(CAUSES, history=False), act)
    rows = re.findall(r"<tr (data-status[^>]*)>.*?a.ts:(\d+)", shown, re.DOTALL)
    assert [line for attributes, line in rows if "hidden" not in attributes] == lines


@needs_browser
@pytest.mark.slow
@pytest.mark.parametrize(
    ("clicks", "first", "sorted_by"),
    [
        *at_night(((), "packages/f0.ts:1", None), ((0,), "packages/f0.ts:1", "ascending")),
        ((0, 0), "packages/f699.ts:1", "descending"),
        ((0, 0, 1), "packages/f699.ts:1", "ascending"),
    ],
)
def test_a_click_on_a_head_sorts(tmp_path: Path, clicks: tuple[int, ...], first: str, sorted_by: str | None) -> None:
    """The rows are sorted as numbers are, and the first ones are shown of many."""
    act = "".join(f"document.querySelectorAll('#findings th button')[{each}].click();" for each in clicks)
    shown = acted(tmp_path, many(700), act)
    rows = re.findall(r"<tr (data-status[^>]*)>.*?<code>([^<]*)</code>", shown, re.DOTALL)
    assert rows[0] == ('data-status="verified"', first)
    assert sum("hidden" not in attributes for attributes, _ in rows) == 500
    assert (re.findall(r'<th [^>]*aria-sort="(\w+)"', shown) or [None]) == [sorted_by]


@needs_browser
@pytest.mark.slow
@pytest.mark.parametrize("width", [400, *at_night(1280)])
def test_no_page_is_wider_than_its_window(tmp_path: Path, width: int) -> None:
    """Long names break where there is no room for them, and what has no room beside is below."""
    long = "very-long-" * 12
    files = f"//- /packages/{long}/src/{long}.ts\nimport {{ {'x' * 90} }} from '@shared/workflow/runtime/{long}';\n"
    frame = f'<iframe style="width:{width}px;height:900px" src="page.html"></iframe>'
    measure = "document.title = [...document.querySelectorAll('.scroll, html')].map((e) => e.scrollWidth).join(';');"
    text = with_script(page(files, history=False), measure + "parent.postMessage(document.title, '*');")
    (tmp_path / "page.html").write_text(text)
    (tmp_path / "outer.html").write_text(
        f"<script>onmessage = (event) => {{ document.title = event.data; }}</script>{frame}"
    )
    shown = browse(tmp_path, "--dump-dom", (tmp_path / "outer.html").as_uri())
    widths = [int(each) for each in re.findall(r"<title>([^<]*)</title>", shown)[0].split(";")]
    assert len(widths) > 2
    assert max(widths) <= width


def test_without_a_finding_there_is_nothing_to_search() -> None:
    workspace = open_project("")[1]
    context = ReportContext(sources=lambda path: workspace.files.read(path) or b"", version="1")
    text = render(PageContent(status_of(Analysis(workspace), ()), (), (), context))
    assert '<p id="findings">The rules find nothing in this workspace.</p>' in text
    assert not [tag for tag, _ in Elements(text).found if tag in ("form", "input", "select")]


def acted(directory: Path, text: str, act: str) -> str:
    """A page after something was done in it, as a browser has it."""
    (directory / "page.html").write_text(with_script(text, act))
    return browse(directory, "--dump-dom", (directory / "page.html").as_uri())


def with_script(text: str, script: str) -> str:
    return re.sub(r"<meta http-equiv[^>]*>", "", text).replace("</body>", f"<script>{script}</script></body>")


@needs_browser
@pytest.mark.slow
@pytest.mark.parametrize(
    ("scheme", "options"), [("light", ()), ("dark", ("--blink-settings=preferredColorScheme=0", "--force-dark-mode"))]
)
def test_it_is_readable_by_day_and_by_night(tmp_path: Path, scheme: str, options: tuple[str, ...]) -> None:
    """The text stands out from the ground as WCAG asks (4.5 to 1), in the scheme of the reader."""
    measure = """
        const style = (element, name) => getComputedStyle(element)[name];
        const soft = document.querySelector('.soft'), link = document.querySelector('td a');
        document.title = [style(document.body, 'backgroundColor'), style(document.body, 'color'),
            style(soft, 'color'), style(link, 'color')].join(';');
    """
    text = re.sub(r"<meta http-equiv[^>]*>", "", page()).replace("</body>", f"<script>{measure}</script></body>")
    (tmp_path / "page.html").write_text(text)
    shown = browse(tmp_path, *options, "--dump-dom", (tmp_path / "page.html").as_uri())
    ground, *texts = map(luminance, re.findall(r"<title>([^<]*)</title>", shown)[0].split(";"))
    assert (ground < 0.1) is (scheme == "dark")
    assert all((max(ground, each) + 0.05) / (min(ground, each) + 0.05) >= 4.5 for each in texts)


def luminance(color: str) -> float:
    """The relative luminance of `rgb(…)`, by WCAG."""
    channels = [int(each) / 255 for each in re.findall(r"\d+", color)[:3]]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_keyboard_reaches_all_that_acts() -> None:
    """What acts is an element that browsers focus by themselves, and the first of them leads to the findings."""
    found = Elements(page()).found
    acting = [tag for tag, _ in found if tag in ("a", "button", "input", "select", "summary")]
    assert acting[0] == "a"
    assert next(attributes for tag, attributes in found if tag == "a")["href"] == "#findings"
    assert not [attributes for _, attributes in found if "tabindex" in attributes or "onclick" in attributes]
    assert {"input", "select", "button", "summary"} <= {*acting}


def test_a_path_at_the_start_of_a_cause_keeps_its_case() -> None:
    """A path with a capital would lead nowhere."""
    text = page(
        "//- /ee/packages/workflows/src/runtime/client.ts\nimport '../../../../../shared/workflow/services';\n"
        "export const client = 1;\n//- /ee/packages/workflows/src/services/index.ts\nimport '../runtime/client';\n",
        history=False,
    )
    assert "<td>ee/packages/workflows/src/services/index.ts loads this file" in text


def many(number: int) -> str:
    """A page with so many findings, each in a file of its own."""
    workspace = open_project("//- /a.ts\nimport { client } from '@shared/workflow/runtime/client';\n")[1]
    analysis = Analysis(workspace)
    [finding] = [each for each in analysis.check().diagnostics if each.path == "a.ts"]
    context = ReportContext(sources=lambda _: workspace.files.read("a.ts") or b"", version="1")
    findings = [replace(finding, path=f"packages/f{index}.ts") for index in range(number)]
    return render(PageContent(status_of(analysis, findings[:1]), findings, (), context))


def browse(directory: Path, *arguments: str) -> str:
    profile = f"--user-data-dir={directory}/profile"
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000", profile]
    command = [CHROMIUM or "", *options, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
