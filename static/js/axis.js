// The axis over the timeline: the entries of the list as links on a scale that zooms and pans.
// Everything is read from the list; without this module the list says the same.

const DAY = 86_400_000;
const CLOSEST = 45 * DAY; // the narrowest view
const TARGET = 24; // px, the least width of a link
const LABELS = [240, 160, 110, 0]; // px, tried in this order until the entries fit
const MONTH_STEPS = [1, 3, 6, 12, 24, 60, 120, 240, 600];

let axis, view, now, hint;
let life = new AbortController(); // of the axis that is on the page
const room = new ResizeObserver(() => draw());
let entries = [];
let whole, shown, current, pause;

// From here: dates

function moment(text, isEnd) {
  const [year, month, day] = text.replace(/[~?%]/, "").split("-").map(Number);
  if (!isEnd) return Date.UTC(year, (month || 1) - 1, day || 1);
  if (day) return Date.UTC(year, month - 1, day + 1);
  return month ? Date.UTC(year, month, 1) : Date.UTC(year + 1, 0, 1);
}

function read(item) {
  const year = item.parentElement.previousElementSibling?.textContent;
  const date = item.dataset.date ?? year;
  const [first, last = first] = date.split("/");
  const when = item.querySelector(":scope > b")?.textContent;
  const link = item.querySelector("a");
  return {
    item,
    start: first === ".." ? null : moment(first, false),
    end: last === ".." ? null : moment(last, true),
    form: date.includes("/") ? "range" : /^\d{4}-\d\d-\d\d$/.test(date) ? "day" : "within",
    when: date.includes("/") || !when ? (when ?? year) : `${year}, ${when}`,
    title: link.textContent,
    lang: link.querySelector("[lang]")?.lang ?? "",
  };
}

const iso = (time) => new Date(time).toISOString().slice(0, 10);
const inView = (e) => e.end > shown.start && e.start < shown.end;

// From here: drawing

function makeMark(entry) {
  const mark = document.createElement("a");
  const label = document.createElement("span");
  mark.href = `#${entry.item.id}`;
  entry.item.tabIndex = -1;
  mark.className = `axis-mark axis-${entry.form} ${entry.item.className}`;
  mark.classList.toggle("axis-on", entry.open);
  mark.setAttribute("aria-label", `${entry.when}: ${entry.title}`);
  mark.draggable = false;
  label.textContent = entry.title;
  label.lang = entry.lang || document.documentElement.lang;
  mark.append(label);
  entry.mark = mark;
  view.append(mark);
}

// {left, width, dot, barX, bar} in px; what sticks out of the view is cut, so that its label shows.
function place(entry, width, label) {
  const px = (time) => ((time - shown.start) / (shown.end - shown.start)) * width;
  const cut = (x) => Math.min(Math.max(x, -8), width + 8);
  const [from, to] = [cut(px(entry.start)), cut(px(entry.end))];
  const point = entry.form === "range" ? from : (from + to) / 2;
  const left = Math.min(from, point - TARGET / 2);
  const right = Math.max(to, point + TARGET / 2, label ? point + 12 + label : 0);
  const bar = entry.form === "day" ? 0 : to - from;
  return { left, width: right - left, dot: point - left, barX: from - left, bar };
}

// Each in the lowest lane that is free where it stands.
function stack(visible, width, label) {
  const ends = [];
  for (const entry of visible) {
    entry.box = place(entry, width, label);
    let lane = ends.findIndex((end) => end < entry.box.left);
    if (lane < 0) lane = ends.length;
    ends[lane] = entry.box.left + entry.box.width + 2;
    entry.lane = lane;
  }
  return ends.length;
}

function drawMarks(width) {
  const visible = entries.filter(inView);
  const most = width > 600 ? 14 : 10;
  const label = LABELS.find((size) => stack(visible, width, size) <= most) ?? 0;
  const lanes = Math.max(4, ...visible.map((e) => e.lane + 1));
  view.classList.toggle("labelled", label > 0);
  view.style.setProperty("--lanes", lanes);
  for (const entry of entries) entry.mark.hidden = !visible.includes(entry);
  for (const { mark, lane, box } of visible) {
    const sizes = { x: box.left, w: box.width, dot: box.dot, "bar-x": box.barX, bar: box.bar };
    for (const [name, size] of Object.entries(sizes)) mark.style.setProperty(`--${name}`, `${size}px`);
    mark.style.setProperty("--lane", lane);
  }
  rove(visible.includes(current) ? current : visible[0]);
  return visible.length;
}

function drawTicks(width) {
  const months = (shown.end - shown.start) / DAY / 30.44;
  const step = MONTH_STEPS.find((s) => (width * s) / months >= 52) ?? MONTH_STEPS.at(-1);
  const first = new Date(shown.start);
  let month = Math.ceil((first.getUTCFullYear() * 12 + first.getUTCMonth() + 0.01) / step) * step;
  const name = new Intl.DateTimeFormat(document.documentElement.lang, { month: "short", timeZone: "UTC" });
  view.querySelectorAll(".axis-tick").forEach((tick) => tick.remove());
  for (; ; month += step) {
    const time = Date.UTC(Math.floor(month / 12), month % 12, 1);
    if (time >= shown.end) return;
    const tick = document.createElement("span");
    tick.className = "axis-tick";
    tick.setAttribute("aria-hidden", "true");
    tick.textContent = month % 12 ? name.format(time) : month / 12;
    tick.style.setProperty("--x", `${((time - shown.start) / (shown.end - shown.start)) * width}px`);
    view.prepend(tick);
  }
}

function draw() {
  const width = view.clientWidth;
  drawTicks(width);
  const number = drawMarks(width);
  const years = [shown.start, shown.end - 1].map((time) => new Date(time).getUTCFullYear());
  axis.querySelector(".axis-span").textContent = [...new Set(years)].join("–");
  const all = shown.start <= whole.start && shown.end >= whole.end;
  for (const name of ["out", "whole"]) button(name).disabled = all;
  button("in").disabled = shown.end - shown.start <= CLOSEST;
  button("earlier").disabled = shown.start <= whole.start;
  button("later").disabled = shown.end >= whole.end;
  return number;
}

const button = (name) => axis.querySelector(`[data-do=${name}]`);

// From here: moving

function show(start, span) {
  const width = Math.min(Math.max(span, CLOSEST), whole.end - whole.start);
  const from = Math.min(Math.max(start, whole.start), whole.end - width);
  shown = { start: from, end: from + width };
  const number = draw();
  clearTimeout(pause);
  pause = setTimeout(() => settle(number), 400);
}

// The address keeps the view, so that it can be shared; a screen reader hears it once.
function settle(number) {
  const said = axis.dataset.shown.replace("{n}", number);
  axis.querySelector("[role=status]").textContent =
    said.replace("{years}", axis.querySelector(".axis-span").textContent);
  const all = button("whole").disabled;
  const hash = all ? "" : `#t=${iso(shown.start)}/${iso(shown.end - 1)}`;
  if (hash || location.hash.startsWith("#t=")) {
    history.replaceState(null, "", location.pathname + location.search + hash);
  }
}

// Around the chosen entry, else the middle one of those in view, never around an empty stretch.
function focusTime() {
  const visible = entries.filter(inView);
  const entry = visible.includes(current) && current.chosen ? current : visible[visible.length >> 1];
  if (!entry) return (shown.start + shown.end) / 2;
  return entry.form === "range" ? entry.start : (entry.start + entry.end) / 2;
}

function zoom(factor, at) {
  const span = shown.end - shown.start;
  const wide = Math.min(Math.max(span * factor, CLOSEST), whole.end - whole.start);
  if (at === undefined) show(focusTime() - wide / 2, wide);
  else show(at - ((at - shown.start) / span) * wide, wide);
}

function pan(share) {
  const span = shown.end - shown.start;
  show(shown.start + share * span, span);
}

function rove(entry) {
  current = entry;
  for (const { mark } of entries) mark.tabIndex = mark === entry?.mark ? 0 : -1;
}

function goTo(entry) {
  if (!entry) return;
  const span = shown.end - shown.start;
  if (entry.start < shown.start || entry.start >= shown.end) show(entry.start - span / 3, span);
  rove(entry);
  entry.chosen = true;
  entry.mark.focus({ preventScroll: true });
  view.scrollLeft = 0;
}

function say(entry) {
  now.textContent = entry ? "" : hint;
  if (!entry) return;
  const when = document.createElement("b");
  when.textContent = entry.when;
  now.append(when, ` ${entry.title}`);
}

const ACTIONS = {
  in: () => zoom(0.5),
  out: () => zoom(2),
  whole: () => show(whole.start, whole.end - whole.start),
  earlier: () => pan(-0.5),
  later: () => pan(0.5),
};
const KEYS = {
  ArrowRight: () => goTo(entries[entries.indexOf(current) + 1]),
  ArrowLeft: () => goTo(entries[entries.indexOf(current) - 1]),
  Home: () => goTo(entries[0]),
  End: () => goTo(entries.at(-1)),
  PageUp: ACTIONS.earlier,
  PageDown: ACTIONS.later,
  "+": ACTIONS.in,
  "=": ACTIONS.in,
  "-": ACTIONS.out,
  0: ACTIONS.whole,
};

function listenToKeys() {
  view.addEventListener("keydown", (event) => {
    const act = KEYS[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
    if (document.activeElement.hidden) current?.mark.focus({ preventScroll: true });
  });
  axis.addEventListener("click", (event) => ACTIONS[event.target.closest("[data-do]")?.dataset.do]?.());
  const entryOf = (node) => entries.find(({ mark }) => mark === node.closest?.(".axis-mark"));
  view.addEventListener("focusin", ({ target }) => {
    const entry = entryOf(target);
    entry.chosen = true;
    rove(entry);
    say(entry);
  });
  // The jump takes the focus along, so that reading goes on there.
  view.addEventListener("click", ({ target }) => {
    const entry = entryOf(target);
    if (entry) setTimeout(() => entry.item.focus({ preventScroll: true }));
  });
  view.addEventListener("pointerover", ({ target }) => say(entryOf(target) ?? (current?.chosen && current)));
}

// Extras: drag, pinch, wheel. The buttons and keys do the same.
function listenToPointers() {
  const fingers = new Map();
  let moved = 0;
  const spread = () => {
    const [a, b] = [...fingers.values()];
    return Math.max(Math.abs(a - b), 20);
  };
  view.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, event.clientX);
    if (fingers.size === 1) moved = 0;
  });
  const { signal } = life;
  addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    const before = fingers.size > 1 ? spread() : 0;
    const step = event.clientX - fingers.get(event.pointerId);
    fingers.set(event.pointerId, event.clientX);
    moved += Math.abs(step);
    if (moved < 6) return;
    view.classList.add("dragging");
    if (fingers.size > 1) zoom(before / spread(), (shown.start + shown.end) / 2);
    else pan(-step / view.clientWidth);
  }, { signal });
  const release = ({ pointerId }) => {
    fingers.delete(pointerId);
    if (!fingers.size) view.classList.remove("dragging");
  };
  addEventListener("pointerup", release, { signal });
  addEventListener("pointercancel", release, { signal });
  view.addEventListener("click", (event) => {
    if (moved < 6 || !event.detail) return; // the end of a drag is no click; Enter is one
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  view.addEventListener("wheel", (event) => {
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (!event.ctrlKey && !sideways) return;
    event.preventDefault();
    const share = (event.clientX - view.getBoundingClientRect().left) / view.clientWidth;
    const at = shown.start + share * (shown.end - shown.start);
    if (event.ctrlKey) zoom(2 ** (event.deltaY / 200), at);
    else pan(event.deltaX / view.clientWidth);
  }, { passive: false });
}

function fromAddress() {
  const [, start, end] = location.hash.match(/^#t=(\d{4}-\d\d-\d\d)\/(\d{4}-\d\d-\d\d)$/) ?? [];
  if (start && moment(start, false) < moment(end, true)) {
    show(moment(start, false), moment(end, true) - moment(start, false));
  }
  for (const { item, mark } of entries) {
    if (`#${item.id}` === location.hash) mark.setAttribute("aria-current", "true");
    else mark.removeAttribute("aria-current");
  }
}

function measure() {
  const margin = (times) => (Math.max(...times) - Math.min(...times)) * 0.02 + 30 * DAY;
  const times = entries.flatMap((e) => [e.start, e.end]).filter(Boolean);
  whole = { start: Math.min(...times) - margin(times), end: Math.max(...times) + margin(times) };
  for (const entry of entries) {
    entry.open = entry.end === null;
    entry.start ??= whole.start;
    entry.end ??= whole.end;
  }
  entries.sort((a, b) => a.start - b.start || a.end - b.end);
}

function begin() {
  life.abort();
  life = new AbortController();
  room.disconnect();
  clearTimeout(pause);
  axis = document.querySelector("#axis");
  if (!axis) return;
  view = axis.querySelector(".axis-view");
  now = axis.querySelector(".axis-now");
  hint = now.textContent;
  entries = [...document.querySelectorAll(".timeline :not(#undated) > ol > li > ol > li[id]")].map(read);
  if (entries.length < 2) return;
  measure();
  entries.forEach(makeMark);
  axis.hidden = false;
  shown = { ...whole };
  draw();
  fromAddress();
  listenToPointers();
  listenToKeys();
  room.observe(axis);
}

begin();
addEventListener("hashchange", () => axis && !axis.hidden && fromAddress());
document.addEventListener("list:shown", begin);
