// Nothing typed is lost: asks before leaving a changed form, and before sending one whether the
// session still lives. The texts stand in the page.

const dialog = document.querySelector("#guard");
const news = document.querySelector("#guard-news");
const forms = [...document.querySelectorAll("#content form[method=post]")];
const snapshots = new Map();
let pending = null; // the form and button that wait for an answer
let leaving = false;

function content(form) {
  const values = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
  return JSON.stringify(values.map(([n, v]) => [n, v instanceof File ? `${v.name} ${v.size}` : v]));
}

// A form that came back with errors holds what is stored nowhere.
function isDirty(form) {
  return form.querySelector(".errornote") !== null || content(form) !== snapshots.get(form);
}

function say(state) {
  for (const part of dialog.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== state;
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("h2").focus();
}

// "ok", "over" or "offline"; with a fresh token for every form, since signing in changes it.
// A connection that was dropped while one wrote fails once, so it is tried again.
async function session(tries = 2) {
  try {
    const answer = await fetch(dialog.dataset.session, { credentials: "same-origin" });
    if (answer.status === 403) return "over";
    const { token } = await answer.json();
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
    return "ok";
  } catch {
    return tries > 1 ? session(tries - 1) : "offline";
  }
}

async function send(form, button) {
  pending = { form, button, busy: true };
  news.textContent = "";
  const state = await session();
  pending.busy = false;
  if (state !== "ok") return say(state);
  dialog.close();
  leaving = true;
  form.requestSubmit(button);
}

function onSubmit(event) {
  if (leaving) return;
  event.preventDefault();
  if (!pending?.busy) send(event.currentTarget, event.submitter);
}

function watch() {
  for (const form of forms) form.addEventListener("submit", onSubmit);
  addEventListener("load", () => forms.forEach((form) => snapshots.set(form, content(form))));
  addEventListener("beforeunload", (event) => {
    if (!leaving && forms.some(isDirty)) event.preventDefault();
  });
  addEventListener("pageshow", () => (leaving = false)); // by the browser's Back button
  // Back from the window in which one signs in.
  addEventListener("focus", async () => {
    if (dialog.open && (await session()) === "ok") {
      dialog.close();
      news.textContent = dialog.dataset.back;
    }
  });
  dialog.addEventListener("click", ({ target }) => {
    if (target.value === "retry" && !pending.busy) send(pending.form, pending.button);
    if (target.value === "close") dialog.close();
  });
}

if (dialog) watch();
