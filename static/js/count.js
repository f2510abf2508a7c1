// Says below a short text how long it is, while one types; the texts stand in the page.

const FIELDS = /(^|-)(summary|standfirst|pull_quote|alt|title)_(en|kk|ru)$/;
const WORD = /[\p{L}\p{N}]+(?:[-’'][\p{L}\p{N}]+)*/gu;
const texts = document.querySelector("#guard")?.dataset;
const news = document.querySelector("#count-news");
let pause;

function length(field) {
  const parts = [texts.words.replace("{n}", (field.value.match(WORD) ?? []).length)];
  if (field.maxLength > 0) {
    const full = texts.characters.replace("{n}", field.value.length);
    parts.push(full.replace("{max}", field.maxLength));
  }
  return parts.join(" · ");
}

function count(field) {
  let line = field.nextElementSibling;
  if (!line?.matches(".text-count")) {
    line = document.createElement("span");
    line.className = "text-count";
    field.after(line);
  }
  line.textContent = length(field);
}

function countAll(root) {
  for (const field of root.querySelectorAll("input, textarea")) {
    if (FIELDS.test(field.name)) count(field);
  }
}

function watch() {
  // Shown at once, spoken when the typing pauses.
  document.addEventListener("input", ({ target }) => {
    if (!FIELDS.test(target.name ?? "")) return;
    count(target);
    clearTimeout(pause);
    pause = setTimeout(() => (news.textContent = length(target)), 1500);
  });
  document.addEventListener("formset:added", ({ target }) => countAll(target));
  countAll(document);
}

if (texts) watch();
