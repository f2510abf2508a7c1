// Gives each citation or address a button that copies it; without this module it is there to select.
const SHOWN_FOR = 3000;

async function copy(button, label) {
  const source = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.href ?? source.textContent.trim());
    button.textContent = button.dataset.done;
  } catch {
    // The browser forbids it here: mark the text, so that two keys are enough.
    if (source.href) source.textContent = source.href;
    getSelection().selectAllChildren(source);
    button.textContent = button.dataset.failed;
  }
  setTimeout(() => { button.textContent = label; }, SHOWN_FOR);
}

function offer() {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    const label = button.textContent;
    button.hidden = !navigator.clipboard;
    button.closest("li")?.toggleAttribute("hidden", button.hidden);
    button.onclick = () => copy(button, label);
  }
}

offer();
document.addEventListener("list:shown", offer);
