"use strict";

// The labels of the health checks, when up and when not.
const CHECKS = {
  "database": ["PostgreSQL up", "PostgreSQL down"],
  "redis": ["Redis up", "Redis down"],
  "signing-keys": ["Signing keys loaded", "Signing keys missing"],
  "warm-up": ["Warm", "Warming up"],
  "deadlocks": ["No deadlock", "Deadlocked"],
};

function chips(health) {
  return Object.entries(health).map(([name, reading]) => {
    const up = reading.status === "up";
    const label = name in CHECKS && ["up", "down"].includes(reading.status) ? CHECKS[name][up ? 0 : 1] : name + " " + reading.status.replace("_", "-");
    return h("li", { class: up ? "good" : "bad" }, dot(up ? "good" : "bad"), label);
  });
}

function figure(number, unit, label, tone) {
  return h("p", { class: "figure " + (tone || "") }, h("span", { class: "number" }, number), unit && h("span", { class: "unit" }, unit), h("span", { class: "of" }, label));
}

function facts(rows) {
  return h("dl", { class: "facts-list" }, rows.map(([term, value, tone]) =>
    h("div", { class: tone || "" }, h("dt", {}, term), h("dd", {}, value))));
}

// One mark per minute from p50 to p95, on a logarithmic scale, so that 20 ms and 1.5 s are both
// visible.
function latencyChart(login, now) {
  const [low, high] = [5, 5000];
  const y = ms => (86 - 82 * (Math.log10(Math.max(low, Math.min(high, ms))) - Math.log10(low)) / (Math.log10(high) - Math.log10(low))) + "%";
  const minute = Math.floor(now / 60000);
  const x = at => (6 + 88 * (1 - (minute - Math.floor(Date.parse(at) / 60000)) / (login.window_minutes - 1))) + "%";
  const label = `Login latency per minute; p95 of the whole window ${millis(login.p95_ms)}, the line is at ${tickLabel(login.line_ms * 1000)}`;
  return svg("svg", { class: "chart", role: "img", "aria-label": label },
    [10, 100].map(ms => [
      svg("line", { class: "tick", x1: 0, x2: "100%", y1: y(ms), y2: y(ms) }),
      svg("text", { class: "scale", x: 0, y: y(ms), dy: -3 }, tickLabel(ms * 1000))]),
    svg("text", { class: "scale", x: 0, y: "100%", dy: -2 }, login.window_minutes + " min ago"),
    svg("text", { class: "scale", x: "100%", y: "100%", dy: -2, "text-anchor": "end" }, "now"),
    svg("line", { class: "line", x1: 0, x2: "100%", y1: y(login.line_ms), y2: y(login.line_ms) }),
    svg("text", { class: "line-label", x: "100%", y: y(login.line_ms), dy: -5, "text-anchor": "end" }, tickLabel(login.line_ms * 1000) + " line"),
    login.minutes.map(m => {
      const over = m.p95_ms >= login.line_ms ? " over" : "";
      return svg("g", {},
        svg("title", {}, `${new Date(m.at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}  ${count(m.answered)} logins, p50 ${millis(m.p50_ms)}, p95 ${millis(m.p95_ms)}`),
        svg("line", { class: "range" + over, x1: x(m.at), x2: x(m.at), y1: y(m.p50_ms), y2: y(m.p95_ms) }),
        svg("circle", { class: "top" + over, cx: x(m.at), cy: y(m.p95_ms), r: 3 }));
    }));
}

function loginPanel(report) {
  const login = report.login;
  if (login.answered === 0) {
    return [figure("–", "", "no login in this window"), latencyChart(login, Date.parse(report.generated_at))];
  }
  const share = login.share_under_line === 1 ? "all" : (Math.floor(login.share_under_line * 10000) / 100) + " %";
  const tone = login.p95_ms < login.line_ms ? "good" : "bad";
  const [number, unit] = millis(login.p95_ms).split(" ");
  return [
    h("div", { class: "login" },
      h("div", {}, figure(number, unit, "p95", tone),
        facts([["p50", millis(login.p50_ms)], ["p99", millis(login.p99_ms)], ["max", millis(login.max_ms)],
          ["under " + tickLabel(login.line_ms * 1000), share], ["answered", count(login.answered)]])),
      latencyChart(login, Date.parse(report.generated_at))),
  ];
}

function hashingPanel(gate) {
  const full = gate.admitted >= gate.capacity;
  const share = Math.min(100, 100 * gate.admitted / Math.max(1, gate.capacity));
  return [
    figure(count(gate.admitted), "", gate.bounded ? "admitted, room for " + count(gate.capacity) : "admitted, no bound", full && gate.bounded ? "bad" : ""),
    svg("svg", { class: "gauge", role: "img", "aria-label": `${gate.admitted} of ${gate.capacity}` },
      svg("rect", { class: "ground", width: "100%", height: 6, rx: 3 }),
      svg("rect", { class: full ? "over" : "level", width: share + "%", height: 6, rx: 3 })),
    facts([["one hash takes", millis(gate.estimate_ms)], ["hashes at once", count(gate.permits)]]),
  ];
}

function poolsPanel(pools) {
  return pools.map(pool => {
    const slots = Math.min(pool.max, 60);
    const filled = Math.ceil(pool.active * slots / pool.max);
    const open = filled + Math.ceil(pool.idle * slots / pool.max);
    return h("div", { class: "pool" },
      h("p", {}, h("strong", {}, pool.name), h("span", {}, `${pool.active} of ${pool.max} in use`)),
      h("div", { class: "slots", role: "img", "aria-label": `${pool.active} active, ${pool.idle} idle, ${pool.pending} waiting` },
        Array.from({ length: slots }, (_, i) => h("i", { class: i < filled ? "active" : i < open ? "idle" : "closed" }))),
      h("p", { class: pool.pending > 0 ? "pending bad" : "pending muted" }, count(pool.pending) + " waiting"));
  });
}

function cachesPanel(caches) {
  const tokens = caches.verified_tokens;
  const hits = tokens.local_hits + tokens.shared_hits;
  const asked = hits + tokens.misses;
  return facts([["tokens cached", count(tokens.size)],
    ["cache hits", asked === 0 ? "–" : (100 * hits / asked).toFixed(1) + " %"],
    ["hits in Redis", count(tokens.shared_hits)], ["service keys known", count(caches.service_keys.size)]]);
}

function turnedPanel(report) {
  const away = report.turned_away;
  const failed = report.login.outcomes.failed;
  return [
    figure(count(away.shed_by_hashing_gate + away.rate_limited), "", "since start", ""),
    facts([["shed by the gate", count(away.shed_by_hashing_gate)], ["over a rate limit", count(away.rate_limited)],
      ["rejected by a filter", count(away.rejected_by_filter)], ["logins failed, 15 min", count(failed), failed > 0 ? "bad" : ""]]),
  ];
}

function orderTable(order) {
  const columns = [order.declared, order.registered, order.observed];
  const length = Math.max(...columns.map(c => c.length));
  const same = (a, b) => a && b && a.name === b.name && a.priority === b.priority;
  const cell = slot => h("td", {}, slot ? h("span", {}, slot.name, h("small", {}, slot.priority)) : h("span", { class: "muted" }, "–"));
  return h("table", { class: "order" },
    h("thead", {}, h("tr", {}, ["", "Declared", "Registered", "Observed", ""].map(t => h("th", { scope: "col" }, t)))),
    h("tbody", {}, Array.from({ length }, (_, i) => {
      const [declared, registered, observed] = columns.map(c => c[i]);
      const agree = same(declared, registered) && (order.observed.length === 0 || same(declared, observed));
      return h("tr", { class: agree ? "agree" : "differ" }, h("th", { scope: "row" }, i + 1), cell(declared), cell(registered), cell(observed),
        h("td", { class: "mark" }, h("span", { "aria-label": agree ? "agree" : "differ" }, agree ? "✓" : "✗")));
    })));
}

function verdict(order) {
  const { judged, out_of_order: wrong } = order.verdict;
  const text = wrong > 0 ? `${count(wrong)} of ${count(judged)} requests ran out of order`
    : order.in_order ? `In order: all ${count(judged)} requests since start` : "Not in order";
  return [dot(order.in_order ? "good" : "bad"), h("span", { class: order.in_order ? "good" : "bad" }, text)];
}

// The head counts since the start; the rows count the latest requests only.
const LEDGER_ROWS = 1000;

function ledgerCaption(requests) {
  return count(requests) + " requests since start"
    + (requests > LEDGER_ROWS ? `, of the last ${count(LEDGER_ROWS)}:` : ":");
}

function ledgerTable(ledger, declared) {
  const seen = outcome => [ledger.fast, ledger.full].some(lane => Object.values(lane.filters).some(f => f[outcome] > 0));
  const outcomes = ["passed", "bypassed", "rejected", "failed"].filter(o => o !== "failed" || seen(o));
  const number = (lane, name, outcome) => {
    const value = (ledger[lane].filters[name] || {})[outcome] || 0;
    return h("td", { class: (value === 0 ? "zero " : outcome + " ") + (outcome === "passed" ? "first" : "") }, value === 0 ? "0" : count(value));
  };
  return h("table", { class: "ledger" },
    h("thead", {},
      h("tr", {}, h("th", { scope: "col", rowspan: 2 }, "Filter"), ["fast", "full"].map(lane =>
        h("th", { scope: "colgroup", colspan: outcomes.length, class: "lane" }, lane === "fast" ? "Fast lane" : "Full lane", h("small", {}, ledgerCaption(ledger[lane].requests))))),
      h("tr", {}, ["fast", "full"].flatMap(() => outcomes.map(o => h("th", { scope: "col", class: o === "passed" ? "first" : "" }, o))))),
    h("tbody", {}, declared.map(slot => h("tr", {}, h("th", { scope: "row" }, slot.name),
      ["fast", "full"].flatMap(lane => outcomes.map(o => number(lane, slot.name, o)))))));
}

function warmupTimeline(warmup, uptime) {
  const ends = warmup.steps.map(s => s.started_ms + s.duration_ms);
  const first = Math.min(...warmup.steps.map(s => s.started_ms), uptime);
  const end = Math.max(1, warmup.complete ? Math.max(...ends) : uptime);
  const row = (name, from, took, outcome) => h("li", { class: "row time" },
    h("span", { class: "no" }, h("i", { class: "swatch " + outcome })), h("span", { class: "name" }, name),
    svg("svg", { class: "bar", height: 22, "aria-hidden": "true" }, grid(end * 1000),
      svg("rect", { class: "step " + outcome, x: percent(from, end), y: 5.5, height: 11, rx: 2, width: percent(Math.max(took, end * 0.004), end) })),
    h("span", { class: "value" }, outcome === "failed" && h("b", {}, "failed "), millis(took)));
  return [
    h("div", { class: "row axis-row" }, h("h4", { class: "title" }, "Since process start"), axis(end * 1000), h("span", { class: "value" })),
    h("ol", { class: "rows" }, row("JVM and wiring", 0, first, "boot"),
      warmup.steps.map(s => row(s.name, s.started_ms, s.duration_ms, s.outcome))),
  ];
}
