// A filter applies as soon as it is set; without this module the form waits for its button.
// The page that the form would lead to is fetched, and its list put in place of this one; modules
// that work on the list hear "list:shown" then.

const listing = document.querySelector(".listing");
const news = document.createElement("p");
news.className = "vh";
news.setAttribute("aria-live", "polite");
listing.before(news);
const REPLACED = [".listing", ".languages"];
let request;

// As the links of the list write it: no empty parameters, always in the same order.
function address(form) {
  const names = form.dataset.names.split(" ");
  const pairs = [...new FormData(form)].filter(([, value]) => value.trim());
  if (form.sort?.value === form.sort?.options[0].value) {
    pairs.splice(0, pairs.length, ...pairs.filter(([name]) => name !== "sort"));
  }
  pairs.sort(([a, x], [b, y]) => names.indexOf(a) - names.indexOf(b) || (x < y ? -1 : 1));
  const query = new URLSearchParams(pairs).toString();
  return location.pathname + (query && `?${query}`);
}

function opened() {
  return [...listing.querySelectorAll("details")].map((part) => part.open);
}

function put(page) {
  const open = opened();
  const focused = document.activeElement;
  const { name, value, selectionStart } = focused ?? {};
  for (const part of REPLACED) {
    document.querySelector(part).replaceChildren(...page.querySelector(part).childNodes);
  }
  document.title = page.title;
  const details = [...listing.querySelectorAll("details")];
  if (details.length === open.length) details.forEach((part, i) => (part.open = open[i]));
  else details[0].open = open[0];
  const same = [...listing.querySelectorAll(`[name="${name}"]`)].find(
    (field) => field.type !== "checkbox" || field.value === value,
  );
  same?.closest("details")?.setAttribute("open", "");
  same?.focus({ preventScroll: true });
  if (same?.type === "search" && selectionStart !== null) {
    same.setSelectionRange(selectionStart, selectionStart);
  }
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
    put(page);
    if (remember) history.pushState(null, "", target);
    listing.removeAttribute("aria-busy");
  } catch (error) {
    if (error.name !== "AbortError") location.assign(target);
  }
}

listing.addEventListener("change", (event) => {
  const form = event.target.form;
  const waits = ["search", "text"].includes(event.target.type);
  if (form?.id === "filters" && !waits) show(address(form));
});
listing.addEventListener("submit", (event) => {
  if (event.target.id !== "filters") return;
  event.preventDefault();
  show(address(event.target));
});
listing.addEventListener("click", (event) => {
  const link = event.target.closest("a.chip, a.clear, .drop a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(link.getAttribute("href") === "?" ? location.pathname : link.href);
});
addEventListener("popstate", () => show(location.href, false));
