// Shows the buttons that only a script can serve: the share sheet of the device, and printing.
// A list is shared with its filters, any other page by its permanent address.
const address = () =>
  (document.querySelector("a#link") ?? document.querySelector("link[rel=canonical]") ?? location).href;

function share(button) {
  const closed = (error) => { if (error.name !== "AbortError") throw error; };
  navigator.share({ title: button.dataset.share || document.title, url: address() }).catch(closed);
}

function offer() {
  for (const button of document.querySelectorAll("button[data-share]")) {
    button.hidden = !navigator.share;
    button.closest("li")?.toggleAttribute("hidden", button.hidden);
    button.onclick = () => share(button);
  }
  for (const button of document.querySelectorAll("button[data-print]")) {
    (button.closest("li[hidden]") ?? button).hidden = false;
    button.onclick = () => window.print();
  }
}

offer();
document.addEventListener("list:shown", offer);
