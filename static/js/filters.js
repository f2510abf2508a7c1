// A filter applies as soon as it is set; without this module the form waits for its button.
// The page that the form would lead to is fetched, and its parts put in place of those of this one;
// modules that work on the list hear "list:shown" then.

const REPLACED = [".listing", ".map-part", ".languages"];
const listing = document.querySelector(".listing");
const news = document.createElement("p");
news.className = "vh";
news.setAttribute("aria-live", "polite");
listing.before(news);
const here = () => location.pathname + location.search;
let current = here(); // an address within the page changes nothing
let request;

const isDefault = ({ tagName, name, value, options }) =>
  tagName === "SELECT" && ["sort", "show"].includes(name) && value === options[0].value;

// As the links of the list write it: nothing empty or usual, always in the same order.
function address(form, button) {
  const names = form.dataset.names.split(" ");
  const usual = new Set([...form.elements].filter(isDefault).map(({ name }) => name));
  const pairs = [...new FormData(form, button)].filter(([name, value]) => value.trim() && !usual.has(name));
  pairs.sort(([a, x], [b, y]) => names.indexOf(a) - names.indexOf(b) || (x < y ? -1 : 1));
  const query = new URLSearchParams(pairs).toString();
  return location.pathname + (query && `?${query}`);
}

function put(page) {
  const open = [...listing.querySelectorAll("details")].map((part) => part.open);
  const { id, name, value, selectionStart } = document.activeElement ?? {};
  for (const part of REPLACED) {
    document.querySelector(part)?.replaceChildren(...page.querySelector(part).childNodes);
  }
  document.title = page.title;
  const details = [...listing.querySelectorAll("details")];
  if (details.length === open.length) details.forEach((part, i) => (part.open = open[i]));
  else details[0].open = open[0];
  const same = id
    ? document.getElementById(id)
    : [...listing.querySelectorAll(`[name="${name}"]`)].find((field) => field.value === value);
  const facet = same?.type === "hidden" && same.closest("fieldset"); // all of its options were asked for
  const field = facet ? facet.querySelector("[type=checkbox]") : same;
  field?.closest("details")?.setAttribute("open", "");
  field?.focus({ preventScroll: true });
  if (same?.type === "search") same.setSelectionRange(selectionStart, selectionStart);
  news.textContent = listing.querySelector(".count")?.textContent ?? "";
  document.dispatchEvent(new Event("list:shown"));
}

async function show(target, remember = true) {
  request?.abort();
  request = new AbortController();
  listing.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(target, { signal: request.signal });
    if (!response.ok) throw new Error(response.status);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (remember) history.pushState(null, "", target);
    current = here();
    put(page);
    listing.removeAttribute("aria-busy");
  } catch (error) {
    if (error.name !== "AbortError") location.assign(target);
  }
}

const isOurs = (form) => form?.id === "filters";
document.addEventListener("change", ({ target }) => {
  const waits = ["search", "text"].includes(target.type);
  if (isOurs(target.form) && !waits) show(address(target.form));
});
document.addEventListener("submit", (event) => {
  if (!isOurs(event.target)) return;
  event.preventDefault();
  show(address(event.target, event.submitter));
});
listing.addEventListener("click", (event) => {
  const link = event.target.closest("a.chip, a.clear, .drop a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(link.getAttribute("href") === "?" ? location.pathname : link.href);
});
addEventListener("popstate", () => {
  if (here() !== current) show(location.href, false);
});
