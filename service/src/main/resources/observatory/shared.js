"use strict";

// Builds elements instead of markup, so that whatever the service reports can only become text.
const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
  return element;
}

function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function byId(id) {
  return document.getElementById(id);
}

// Replaces the content only if it changed, so that focus, selection and scroll survive a poll.
function show(id, key, make) {
  const place = byId(id);
  const wanted = JSON.stringify(key);
  if (place.dataset.key === wanted) return;
  const focused = place.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  place.dataset.key = wanted;
  place.replaceChildren(...[make()].flat(Infinity).filter(Boolean));
  if (focused) {
    const again = [...place.querySelectorAll("[data-focus]")].find(e => e.dataset.focus === focused);
    if (again) again.focus();
  }
}

const WHOLE = new Intl.NumberFormat("en-US");

function count(number) {
  return WHOLE.format(number);
}

// Three significant digits, or a whole number from 100 up.
function digits(number) {
  if (number >= 100 || number === 0) return count(Math.round(number));
  return number >= 10 ? number.toFixed(1) : number.toFixed(2);
}

function micros(value) {
  if (value < 1) return "< 1 µs";
  if (value < 1000) return Math.round(value) + " µs";
  if (value < 1e6) return digits(value / 1000) + " ms";
  return digits(value / 1e6) + " s";
}

function millis(value) {
  return value < 10 ? value.toFixed(1) + " ms" : micros(Math.round(value) * 1000);
}

function span(seconds) {
  if (seconds < 60) return Math.floor(seconds) + " s";
  if (seconds < 3600) return Math.floor(seconds / 60) + " min";
  if (seconds < 86400) return Math.floor(seconds / 3600) + " h " + Math.floor((seconds % 3600) / 60) + " min";
  return Math.floor(seconds / 86400) + " d " + Math.floor((seconds % 86400) / 3600) + " h";
}

// A round number on an axis: 0, 500 µs, 1.5 ms.
function tickLabel(value) {
  if (value === 0) return "0";
  const [amount, unit] = value < 1000 ? [value, "µs"] : value < 1e6 ? [value / 1000, "ms"] : [value / 1e6, "s"];
  return Number(amount.toPrecision(3)) + " " + unit;
}

// Round steps that divide an axis into three to six parts.
function ticks(end) {
  if (end <= 0) return [];
  const power = Math.pow(10, Math.floor(Math.log10(end)));
  const step = [0.2, 0.5, 1, 2].map(f => f * power).find(s => end / s <= 5) || power;
  const all = [];
  for (let at = 0; at <= end * 1.0001; at += step) all.push(at);
  return all;
}

function percent(value, end) {
  return end > 0 ? (100 * value / end).toFixed(3) + "%" : "0%";
}

function axis(end) {
  const marks = ticks(end);
  return svg("svg", { class: "axis", "aria-hidden": "true" }, marks.map((at, i) => [
    svg("line", { x1: percent(at, end), x2: percent(at, end), y1: 14, y2: 20 }),
    svg("text", { x: percent(at, end), y: 10, "text-anchor": i === 0 ? "start" : at > end * 0.94 ? "end" : "middle" }, tickLabel(at)),
  ]));
}

function grid(end) {
  return ticks(end).map(at =>
    svg("line", { class: "tick", x1: percent(at, end), x2: percent(at, end), y1: 0, y2: "100%" }));
}

function dot(state) {
  return h("span", { class: "dot " + state, "aria-hidden": "true" });
}
