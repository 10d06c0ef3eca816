"use strict";

const KINDS = {
  filters: "Filters",
  resource: "Endpoint",
  database_wait: "Connection wait",
  database: "Database",
  redis: "Redis",
  hashing_wait: "Hashing queue",
  hashing_compute: "Hashing",
};
const ROW = 22;

function bar(end, children) {
  return svg("svg", { class: "bar", height: ROW, "aria-hidden": "true" }, grid(end), children);
}

function hatch(id, className) {
  return svg("pattern", { id, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)", class: className },
    svg("rect", { width: 6, height: 6, class: "ground" }), svg("rect", { width: 3, height: 6, class: "stripe" }));
}

function patterns() {
  return svg("svg", { class: "patterns", width: 0, height: 0, "aria-hidden": "true" },
    svg("defs", {}, hatch("hatch-rejected", "rejected"), hatch("hatch-wait", "wait")));
}

// The bar of a filter; a Redis or database call inside it is a darker line at the bottom.
function filterBar(filter, end, inside) {
  const x = percent(filter.offset_micros, end);
  const hollow = filter.outcome === "bypassed";
  const shape = svg("rect", {
    class: "filter " + filter.outcome, x, y: 3.5, height: 15, rx: 2.5,
    width: percent(Math.max(filter.micros, end * (hollow ? 0.055 : 0.006)), end),
  });
  return bar(end, [shape, inside.map(segment => svg("rect", {
    class: "kind " + segment.kind, x: percent(segment.offset_micros, end), y: 13.5, height: 5,
    width: percent(Math.max(segment.micros, end * 0.004), end),
  }))]);
}

function filterRow(request, slot, index, end) {
  const filter = request.filters[index];
  if (!filter) {
    return h("li", { class: "row unreached", "data-filter": slot.name, "data-outcome": "not-reached" },
      h("span", { class: "no" }, "–"), h("span", { class: "name" }, slot.name),
      bar(end, []), h("span", { class: "value" }, "not reached"));
  }
  const inside = request.segments.filter(s => s.kind !== "resource"
    && s.offset_micros >= filter.offset_micros && s.offset_micros < filter.offset_micros + filter.micros);
  const outcome = filter.outcome === "passed" ? "" : filter.outcome;
  return h("li", { class: "row " + filter.outcome, "data-filter": filter.name, "data-order": filter.order, "data-outcome": filter.outcome },
    h("span", { class: "no" }, filter.order),
    h("span", { class: "name" }, filter.name,
      inside.map(s => h("small", { title: s.name }, KINDS[s.kind] + " " + micros(s.micros)))),
    filterBar(filter, end, inside),
    h("span", { class: "value" }, outcome && h("b", {}, outcome + " "), micros(filter.micros)));
}

function timeRow(segment, end, nested) {
  const width = percent(Math.max(segment.micros, end * 0.003), end);
  return h("li", { class: "row time" + (nested ? " nested" : ""), "data-kind": segment.kind },
    h("span", { class: "no" }, h("i", { class: "swatch " + segment.kind })),
    h("span", { class: "name" }, KINDS[segment.kind] || segment.kind,
      segment.kind !== "hashing_wait" && h("small", {}, segment.name)),
    bar(end, [svg("rect", { class: "kind " + segment.kind, x: percent(segment.offset_micros, end), y: 5.5, height: 11, rx: 2, width })]),
    h("span", { class: "value" }, micros(segment.micros)));
}

// Connects the filters above with their part of the whole request below, like a lens.
function lens(ran, end, total) {
  const from = 100 * ran / end;
  const to = Math.min(100, Math.max(0.4, 100 * ran / total));
  return h("div", { class: "row lens", "aria-hidden": "true" }, h("span", { class: "no" }), h("span", { class: "name" }),
    svg("svg", { class: "bar", height: 26, viewBox: "0 0 100 26", preserveAspectRatio: "none" },
      svg("polygon", { points: `0,0 ${from},0 ${to},26 0,26` })),
    h("span", { class: "value" }));
}

function axisRow(end, title) {
  return h("div", { class: "row axis-row" }, h("h4", { class: "title" }, title), axis(end), h("span", { class: "value" }));
}

function traceLine(request, traceUrl) {
  if (!request.trace_id) {
    return h("p", { class: "trace none" }, "No trace id: no tracer is attached");
  }
  const copy = h("button", { type: "button", class: "quiet", "data-focus": "copy", "aria-label": "Copy the trace id" }, "Copy");
  const id = h("code", { id: "trace-id" }, request.trace_id);
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(request.trace_id);
      copy.textContent = "Copied";
    } catch {
      // Browsers refuse this without TLS, except on localhost: select the id for copying by keyboard.
      getSelection().selectAllChildren(id);
      copy.textContent = "Selected";
    }
    setTimeout(() => { copy.textContent = "Copy"; }, 1500);
  });
  return h("p", { class: "trace" }, h("span", {}, "Trace"), id, copy,
    traceUrl && h("a", {
      href: traceUrl.replace("{trace_id}", encodeURIComponent(request.trace_id)),
      target: "_blank", rel: "noreferrer noopener",
    }, "Open trace"));
}

function statusTone(status) {
  return status >= 500 ? "bad" : status >= 400 ? "warn" : "good";
}

function heading(request, report) {
  const budget = request.method === "POST" && request.route.endsWith("/auth/login")
    ? h("span", { class: "muted" }, (request.total_micros / report.login.line_ms / 10).toFixed(1) + " % of the " + tickLabel(report.login.line_ms * 1000) + " line") : null;
  return h("header", { class: "request-head" },
    h("h3", {}, h("span", { class: "method" }, request.method), " ", request.route.replaceAll("/", "/\u200b")),
    h("p", { class: "facts" },
      h("span", { class: "status " + statusTone(request.status) }, request.status),
      h("span", { class: "lane" }, request.lane ? request.lane + " lane" : "no lane"),
      h("strong", {}, micros(request.total_micros)), budget,
      h("time", { datetime: request.started_at }, new Date(request.started_at).toLocaleTimeString("en-GB", { hour12: false }))),
    traceLine(request, report.trace_url));
}

function waterfall(request, report) {
  const last = request.filters.at(-1);
  const ran = last ? Math.max(1, last.offset_micros + last.micros) : 1;
  // Leaves room at the right, so that a bypass is visible although it takes almost no time.
  const end = ran * 1.07;
  const total = Math.max(1, request.total_micros);
  const resource = request.segments.find(s => s.kind === "resource");
  const inEndpoint = s => resource && s !== resource && s.offset_micros >= resource.offset_micros - 1;
  const segments = [...request.segments].sort((a, b) => inEndpoint(a) - inEndpoint(b)
    || (a === resource) - (b === resource) || a.offset_micros - b.offset_micros);
  return [
    patterns(),
    heading(request, report),
    axisRow(end, "Filters"),
    h("ol", { class: "rows", id: "filters", "aria-label": "Filters in the order they ran" },
      report.order.declared.map((slot, i) => filterRow(request, slot, i, end))),
    lens(ran, end, total),
    axisRow(total, "Whole request"),
    h("ol", { class: "rows", id: "time", "aria-label": "Where the time went" },
      timeRow({ kind: "filters", name: request.filters.length + " of " + report.order.declared.length, offset_micros: 0, micros: ran }, total, false),
      segments.map(s => timeRow(s, total, s !== resource))),
  ];
}
