"use strict";

const EVERY_MS = 2000;
const view = { lane: "all", endpoint: null, sort: "latest", pinned: null };
let report = null;
let lastSeen = 0;
let timer = null;
let asking = false;

function endpointName(traffic) {
  return traffic.method + " " + traffic.route;
}

function inLane(traffic) {
  return view.lane === "all" || [...traffic.latest, ...traffic.slowest].some(r => r.lane === view.lane);
}

// Shows logins by default, since the service is judged by them; all endpoints until the first
// login.
function chosenEndpoint(endpoints) {
  if (view.endpoint !== null) return view.endpoint;
  const login = endpoints.find(t => t.method === "POST" && t.route.endsWith("/auth/login"));
  return login ? endpointName(login) : "";
}

function candidates() {
  const endpoints = report.endpoints.filter(inLane);
  const chosen = chosenEndpoint(endpoints);
  const slow = view.sort === "slowest";
  return endpoints
    .filter(t => chosen === "" || endpointName(t) === chosen)
    .flatMap(t => t[view.sort].map(r => ({ ...r, method: t.method, route: t.route })))
    .filter(r => view.lane === "all" || r.lane === view.lane)
    .sort((a, b) => slow ? b.total_micros - a.total_micros : b.id - a.id)
    .slice(0, 10);
}

function drawPicker() {
  const endpoints = report.endpoints.filter(inLane).sort((a, b) => endpointName(a).localeCompare(endpointName(b)));
  const chosen = chosenEndpoint(endpoints);
  show("endpoint", [endpoints.map(endpointName), chosen], () => [
    h("option", { value: "", selected: chosen === "" }, "All endpoints"),
    ...endpoints.map(t => h("option", { value: endpointName(t), selected: endpointName(t) === chosen }, endpointName(t))),
  ]);
}

function drawRequest() {
  const list = candidates();
  const pinned = view.pinned && (list.find(r => r.id === view.pinned.id) || view.pinned);
  const current = pinned || list[0];
  const several = new Set(list.map(r => r.method + r.route)).size > 1;
  show("requests", [list.map(r => r.id), current && current.id, Boolean(pinned)], () => [list.map(r =>
    h("li", {}, h("button", {
      type: "button", "data-focus": "request " + r.id, "aria-pressed": String(current && r.id === current.id),
      onclick: () => { view.pinned = r; drawRequest(); },
    },
    h("span", { class: "status " + statusTone(r.status) }, r.status),
    h("span", { class: "when" }, several ? r.method + " " + r.route.split("/").slice(-2).join("/")
      : new Date(r.started_at).toLocaleTimeString("en-GB", { hour12: false })),
    h("span", { class: "took" }, micros(r.total_micros))))),
  pinned && h("li", { class: "follow" }, h("button", {
    type: "button", "data-focus": "follow", onclick: () => { view.pinned = null; drawRequest(); },
  }, view.sort === "latest" ? "Follow the latest again" : "Back to the slowest"))]);
  show("waterfall", current ? [current.id, report.trace_url] : [], () => current ? waterfall(current, report)
    : h("p", { class: "empty" }, "No request of this kind yet. Send one, and it appears here."));
}

function draw() {
  const ready = byId("ready-word");
  ready.textContent = report.ready ? "Ready" : "Not ready";
  ready.className = "ready " + (report.ready ? "good" : "bad");
  show("chips", Object.entries(report.health).map(([k, v]) => k + v.status), () => chips(report.health));
  show("login", [report.login, Math.floor(Date.parse(report.generated_at) / 60000)], () => loginPanel(report));
  show("hashing", report.hashing, () => hashingPanel(report.hashing));
  show("pools", report.pools, () => poolsPanel(report.pools));
  show("caches", [report.caches.verified_tokens, report.caches.service_keys.size], () => cachesPanel(report.caches));
  show("turned", [report.turned_away, report.ledger, report.login.outcomes], () => turnedPanel(report));
  drawPicker();
  drawRequest();
  show("verdict", [report.order.in_order, report.order.verdict], () => verdict(report.order));
  show("order", report.order, () => orderTable(report.order));
  show("ledger", report.ledger, () => ledgerTable(report.ledger, report.order.declared));
  const warm = report.warmup;
  const last = Math.max(0, ...warm.steps.map(s => s.started_ms + s.duration_ms));
  show("warmup-verdict", warm, () => [dot(warm.complete ? "good" : "bad"),
    h("span", {}, warm.complete ? "Warm " + millis(last) + " after the process started" : "Still warming up")]);
  show("warmup", warm.complete ? warm : [warm, report.process.uptime_ms], () => warmupTimeline(warm, report.process.uptime_ms));
  show("about", report.process, () => `Warmgate ${report.process.version}, up ${span(report.process.uptime_ms / 1000)}. Admin port only.`);
}

function showState(state, text) {
  byId("live").dataset.state = state;
  if (byId("live-text").textContent !== text) byId("live-text").textContent = text;
}

function age() {
  const seconds = (Date.now() - lastSeen) / 1000;
  byId("live-age").textContent = lastSeen && seconds >= 3 ? "as of " + span(seconds) + " ago" : "";
}

async function poll() {
  if (asking) return;
  clearTimeout(timer);
  if (document.hidden) return showState("paused", "Paused");
  asking = true;
  try {
    const answer = await fetch("observatory.json", { signal: AbortSignal.timeout(5000), cache: "no-store" });
    if (!answer.ok) throw new Error("status " + answer.status);
    report = await answer.json();
    lastSeen = Date.now();
    byId("notice").hidden = true;
    document.body.classList.remove("stale");
    draw();
    showState("live", "Live");
  } catch (failed) {
    showState("lost", "Unreachable");
    document.body.classList.add("stale");
    byId("notice").hidden = false;
    byId("notice").textContent = "The service cannot be reached. "
      + (report ? "You see its last report. " : "") + "This page keeps trying.";
    if (!(failed instanceof TypeError || failed instanceof DOMException)) console.error(failed);
  }
  asking = false;
  age();
  timer = setTimeout(poll, EVERY_MS);
}

byId("picker").addEventListener("change", event => {
  view[event.target.name] = event.target.value;
  view.pinned = null;
  if (event.target.name === "lane") view.endpoint = view.lane === "all" ? null : "";
  if (report) { drawPicker(); drawRequest(); }
});
byId("picker").addEventListener("submit", event => event.preventDefault());
document.addEventListener("visibilitychange", poll);
setInterval(age, 1000);
poll();
