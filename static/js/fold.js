// Opens folded navigation and filters on wide screens where CSS cannot do it (no ::details-content).
const wide = matchMedia("(min-width: 60rem)");

function unfold() {
  for (const fold of document.querySelectorAll("details.fold")) fold.open = wide.matches;
}

if (!CSS.supports("selector(::details-content)")) {
  if (wide.matches) unfold();
  wide.addEventListener("change", unfold);
}
