"use strict";
{
  let rows = [...document.querySelectorAll("#findings tbody tr")];
  const search = document.getElementById("search");
  const status = document.getElementById("status");
  const shown = document.getElementById("shown");
  const more = document.getElementById("more");
  const cause = document.getElementById("cause");
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));

  // A browser takes seconds to lay out a table of tens of thousands of rows.
  const FEW = 500;
  let most = FEW;
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    rows.forEach((row) => {
      const fits =
        (!status.value || row.dataset.status === status.value) &&
        (!cause.value || row.dataset.cause === cause.value) &&
        words.every((word) => texts.get(row).includes(word));
      count += fits;
      row.hidden = !fits || count > most;
    });
    shown.textContent = `${count} of ${rows.length}`;
    more.textContent = `Show all ${count}`;
    more.hidden = count <= most;
  };
  const upTo = (number) => {
    most = number;
    filter();
  };
  const asked = () => {
    const words = new URLSearchParams(location.hash.slice(1));
    search.value = words.get("search") ?? "";
    status.value = words.get("status") ?? "";
    cause.value = words.get("cause") ?? "";
    filter();
  };
  const choose = () => {
    upTo(FEW);
    // The address leads to what is shown.
    const hash = new URLSearchParams();
    if (search.value) hash.set("search", search.value);
    if (status.value) hash.set("status", status.value);
    if (cause.value) hash.set("cause", cause.value);
    history.replaceState(null, "", `${hash}` ? `#${hash}` : location.pathname);
  };
  if (search) {
    search.form.hidden = false;
    search.form.addEventListener("submit", (event) => event.preventDefault());
    search.addEventListener("input", choose);
    status.addEventListener("change", choose);
    cause.addEventListener("change", choose);
    cause.parentElement.hidden = cause.options.length === 1;
    // The number of findings of a cause leads to them.
    for (const cell of document.querySelectorAll("td[data-shows]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = cell.textContent;
      button.setAttribute("aria-label", `Show ${cell.textContent}`);
      button.addEventListener("click", () => {
        [search.value, status.value, cause.value] = ["", "", cell.dataset.shows];
        choose();
        cause.focus({ preventScroll: true });
        search.form.scrollIntoView();
      });
      cell.replaceChildren(button);
    }
    more.addEventListener("click", () => upTo(Infinity));
    addEventListener("hashchange", asked);
    // Paper has no button.
    addEventListener("beforeprint", () => upTo(Infinity));
    addEventListener("afterprint", () => upTo(FEW));
    asked();
  }

  // A click on the head of a column sorts by it, and another one the other way round.
  const order = new Intl.Collator("en", { numeric: true });
  for (const table of document.querySelectorAll("table")) {
    const heads = [...table.tHead.rows[0].cells];
    for (const [column, head] of heads.entries()) {
      if (!head.textContent) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      button.addEventListener("click", () => {
        const turned = head.ariaSort === "ascending";
        heads.forEach((each) => each.removeAttribute("aria-sort"));
        head.ariaSort = turned ? "descending" : "ascending";
        const body = table.tBodies[0];
        const keyed = [...body.rows].map((row) => [row.cells[column].textContent, row]);
        keyed.sort(([one], [other]) => order.compare(one, other) * (turned ? -1 : 1));
        const sorted = document.createDocumentFragment();
        for (const [, row] of keyed) sorted.append(row);
        body.append(sorted);
        if (table.id === "findings") {
          rows = [...body.rows];
          filter();
        }
      });
      head.replaceChildren(button);
    }
  }

  const chart = document.getElementById("chart");
  const points = JSON.parse(document.getElementById("history").textContent);
  const day = (at) => new Date(at * 1000).toISOString().slice(0, 10);
  const draw = () => {
    const style = getComputedStyle(document.body);
    const probe = document.createElement("i");
    document.body.append(probe);
    const color = (name) => {
      probe.style.color = `var(--${name})`;
      return getComputedStyle(probe).color;
    };
    const [text, line, left, done] = ["soft", "line", "left", "done"].map(color);
    probe.remove();
    const axis = { stroke: text, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 }, font: style.font };
    chart.replaceChildren();
    // The legend has the last numbers, unless the pointer is at others.
    const last = (plot) => plot.legend.idx ?? plot.setLegend({ idx: points.length - 1 }, false);
    new uPlot(
      {
        width: chart.clientWidth,
        height: 280,
        scales: { y: { range: (_, low, high) => [0, Math.max(high, 1) * 1.05] } },
        axes: [{ ...axis, space: 100, values: (_, splits) => splits.map(day) }, { ...axis, size: 60 }],
        series: [
          { label: "date", value: (_, at) => (at === null ? "" : day(at)) },
          { label: "legacy", stroke: left, width: 2, fill: left.replace("rgb(", "rgba(").replace(")", ", 0.12)") },
          { label: "canonical", stroke: done, width: 2 },
        ],
        hooks: { ready: [last], setLegend: [last] },
        // A date is a day in UTC everywhere.
        tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "Etc/UTC"),
      },
      [points.map((each) => Date.parse(each.date) / 1000), points.map((each) => each.left), points.map((each) => each.done)],
      chart,
    );
  };
  if (chart && points.length > 1) {
    let width = chart.clientWidth;
    draw();
    new ResizeObserver(() => {
      if (chart.clientWidth !== width) {
        width = chart.clientWidth;
        draw();
      }
    }).observe(chart);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
    matchMedia("print").addEventListener("change", draw);
  }
}
