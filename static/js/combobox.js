// Suggests titles while somebody types into a search field: a combobox with a list, as ARIA
// describes it. Without this module the form searches as it always does.
const WAIT = 200;
const SHORTEST = 2;

function enhance(input, number) {
  const list = document.createElement("ul");
  const status = document.createElement("span");
  let options = [];
  let active = -1;
  let timer;
  let request;

  list.id = `suggestions-${number}`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.suggestLabel);
  status.className = "vh";
  status.setAttribute("role", "status");
  input.after(list, status);
  for (const [name, value] of Object.entries({
    role: "combobox",
    autocomplete: "off",
    "aria-expanded": "false",
    "aria-controls": list.id,
    "aria-autocomplete": "list",
    "aria-haspopup": "listbox",
  }))
    input.setAttribute(name, value);

  function mark(place) {
    active = place;
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === place)));
    if (place < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", options[place].id);
      options[place].scrollIntoView({ block: "nearest" });
    }
  }

  function close() {
    clearTimeout(timer);
    request?.abort();
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(-1);
  }

  function option({ title, language, kind, url }, i) {
    const row = document.createElement("li");
    const words = document.createElement("span");
    const label = document.createElement("span");
    row.setAttribute("role", "option");
    row.id = `${list.id}-${i}`;
    row.dataset.url = url;
    words.lang = language;
    words.textContent = title;
    label.className = "suggestion-kind";
    label.textContent = kind;
    row.append(words, label);
    return row;
  }

  function show(found) {
    options = found.map(option);
    list.replaceChildren(...options);
    mark(-1);
    list.hidden = !options.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    status.textContent = input.dataset.suggestCount.replace("{n}", options.length);
  }

  async function ask() {
    const text = input.value.trim();
    request?.abort();
    if (text.length < SHORTEST) return close();
    request = new AbortController();
    const { signal } = request;
    try {
      const answer = await fetch(`${input.dataset.suggest}?${new URLSearchParams({ q: text })}`, {
        signal,
      });
      const { suggestions } = answer.ok ? await answer.json() : { suggestions: [] };
      if (!signal.aborted && document.activeElement === input) show(suggestions);
    } catch (error) {
      if (!signal.aborted) close(); // the line is down; the form will say so
    }
  }

  const keys = {
    ArrowDown: () => (list.hidden ? ask() : mark((active + 2) % (options.length + 1) - 1)),
    ArrowUp: () => list.hidden || mark((active < 0 ? options.length : active) - 1),
    Enter: () => active < 0 || location.assign(options[active].dataset.url),
    Escape: () => (list.hidden ? (input.value = "") : close()),
  };

  input.addEventListener("keydown", (event) => {
    if (event.key === "Tab") return close();
    if (!keys[event.key] || event.isComposing) return;
    if (event.key !== "Enter" || active >= 0) event.preventDefault();
    keys[event.key]();
  });
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("blur", close);
  input.form.addEventListener("submit", close);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[role=option]");
    if (row) location.assign(row.dataset.url);
  });
}

document.querySelectorAll("input[data-suggest]").forEach(enhance);
