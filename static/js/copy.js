// Gives each citation a button that copies it; without this module the text is there to select.
const SHOWN_FOR = 3000;

for (const button of document.querySelectorAll("button[data-copy]")) {
  const text = document.getElementById(button.dataset.copy);
  const label = button.textContent;
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.textContent.trim());
      button.textContent = button.dataset.done;
    } catch {
      // The browser forbids it here: mark the text, so that two keys are enough.
      getSelection().selectAllChildren(text);
      button.textContent = button.dataset.failed;
    }
    setTimeout(() => { button.textContent = label; }, SHOWN_FOR);
  });
}
