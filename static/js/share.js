// Shows the buttons that only a script can serve: the share sheet of the device, and printing.
const address = document.querySelector("link[rel=canonical]")?.href ?? location.href;

function share(button) {
  const closed = (error) => { if (error.name !== "AbortError") throw error; };
  navigator.share({ title: button.dataset.share, url: address }).catch(closed);
}

function offer() {
  for (const button of document.querySelectorAll("button[data-share]")) {
    button.hidden = !navigator.share;
    button.onclick = () => share(button);
  }
  for (const button of document.querySelectorAll("button[data-print]")) {
    (button.closest("li[hidden]") ?? button).hidden = false;
    button.onclick = () => window.print();
  }
}

offer();
document.addEventListener("list:shown", offer);
