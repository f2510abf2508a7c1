// The list of the timeline: where one is in the strip, a link to each entry, entries elsewhere.

let strip, list;

function markDecade(id) {
  const link = strip.querySelector(`a[href="#${id}"]`);
  strip.querySelector("[aria-current]")?.removeAttribute("aria-current");
  if (!link) return;
  link.setAttribute("aria-current", "true");
  const left = link.offsetLeft - strip.offsetLeft;
  strip.scrollTo({ left: left - (strip.clientWidth - link.offsetWidth) / 2 });
}

// What crosses a line below the strip is what is read.
function follow() {
  const watch = new IntersectionObserver(
    (entries) => entries.filter((e) => e.isIntersecting).forEach((e) => markDecade(e.target.id)),
    { rootMargin: "-20% 0px -79% 0px" },
  );
  document.querySelectorAll(".decade").forEach((decade) => watch.observe(decade));
}

function addLinks() {
  for (const entry of list.querySelectorAll("li[id]")) {
    const link = document.createElement("a");
    link.className = "here";
    link.href = `#${entry.id}`;
    link.textContent = "#";
    link.setAttribute("aria-label", `${list.dataset.here}: ${entry.querySelector("a").textContent}`);
    entry.append(" ", link);
  }
}

// A link to an entry that a filter or another page keeps away leads to the entry's own page.
async function findElsewhere() {
  const slug = location.hash.slice(1);
  if (!/^[a-z0-9]+(-[a-z0-9]+)+$/.test(slug) || document.getElementById(slug)) return;
  const page = new URL(`${slug}/`, location.origin + location.pathname);
  if ((await fetch(page, { method: "HEAD" })).ok) location.replace(page);
}

function begin() {
  strip = document.querySelector(".strip ol");
  list = document.querySelector(".timeline, .results > .events");
  if (strip) follow();
  if (list) addLinks();
}

begin();
findElsewhere();
addEventListener("hashchange", findElsewhere);
document.addEventListener("list:shown", begin);
