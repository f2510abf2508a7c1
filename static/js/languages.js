// On a narrow screen the form shows one language at a time; wide, all three stand side by side.

const bar = document.querySelector(".page-languages");
const pattern = /\bfield-\w+_(en|kk|ru)\b/;

function show(language) {
  bar.closest("form").dataset.shown = language;
  for (const button of bar.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.value === language));
  }
}

function mark(box) {
  const language = box.className.match(pattern)?.[1];
  const column = language && box.closest(".form-multiline > div");
  if (!column || column.dataset.language) return;
  column.dataset.language = language;
  for (const input of column.querySelectorAll("input, textarea")) input.lang = language;
}

function markAll() {
  document.querySelectorAll(".form-multiline [class*='field-']").forEach(mark);
}

if (bar) {
  markAll();
  new MutationObserver(markAll).observe(bar.closest("form"), { childList: true, subtree: true });
  bar.hidden = false;
  bar.addEventListener("click", (event) => event.target.value && show(event.target.value));
  // An error must not hide behind a language that is not shown.
  const wrong = document.querySelector("[data-language] .errorlist, [data-language] .errors");
  const first = wrong?.closest("[data-language]").dataset.language;
  show(first ?? bar.dataset.first);
}
