// Shows the buttons that only a script can serve: the share sheet of the device, and printing.
const address = document.querySelector("link[rel=canonical]")?.href ?? location.href;

for (const button of document.querySelectorAll("button[data-share]")) {
  button.hidden = !navigator.share;
  button.addEventListener("click", () => {
    const closed = (error) => { if (error.name !== "AbortError") throw error; };
    navigator.share({ title: button.dataset.share, url: address }).catch(closed);
  });
}
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
