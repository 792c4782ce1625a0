"use strict";
{
  const rows = [...document.querySelectorAll("#findings tbody tr")];
  const search = document.getElementById("search");
  const status = document.getElementById("status");
  const shown = document.getElementById("shown");
  const texts = rows.map((row) => row.textContent.toLowerCase());

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    rows.forEach((row, index) => {
      const fits =
        (!status.value || row.dataset.status === status.value) && words.every((word) => texts[index].includes(word));
      row.hidden = !fits;
      count += fits;
    });
    shown.textContent = `${count} of ${rows.length}`;
    // The address leads to what is shown.
    const hash = new URLSearchParams();
    if (search.value) hash.set("search", search.value);
    if (status.value) hash.set("status", status.value);
    history.replaceState(null, "", hash.size ? `#${hash}` : location.pathname);
  };
  if (search) {
    search.form.hidden = false;
    search.form.addEventListener("submit", (event) => event.preventDefault());
    search.addEventListener("input", filter);
    status.addEventListener("change", filter);
    const asked = new URLSearchParams(location.hash.slice(1));
    search.value = asked.get("search") ?? "";
    status.value = asked.get("status") ?? "";
    if (search.value || status.value) filter();
    else shown.textContent = `${rows.length} of ${rows.length}`;
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
        // A date is a day in UTC everywhere.
        tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "Etc/UTC"),
      },
      [points.map((each) => Date.parse(each.date) / 1000), points.map((each) => each.left), points.map((each) => each.done)],
      chart,
    );
  };
  if (chart && points.length > 1) {
    let width = 0;
    new ResizeObserver(() => {
      if (chart.clientWidth !== width) {
        width = chart.clientWidth;
        draw();
      }
    }).observe(chart);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  }
}
