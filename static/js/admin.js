// Gives the rich text editors and the choosers their field's label as accessible name.

function labelOf(field) {
  const label = field?.id && document.querySelector(`label[for="${field.id}"]`);
  return label ? label.textContent.trim().replace(/:$/, "") : "";
}

function name(element, field) {
  const label = labelOf(field);
  if (label && element.getAttribute("aria-label") !== label) {
    element.setAttribute("aria-label", label);
  }
}

// Select2 puts a button into its list of choices; as a group of parts it is valid.
function ungroup(list) {
  list.setAttribute("role", "group");
  for (const item of list.querySelectorAll("li")) item.setAttribute("role", "none");
}

const PARTS = "[role=combobox], [role=searchbox], [role=textbox], textarea, ul";

function nameAll() {
  for (const editor of document.querySelectorAll(".ProseMirror[contenteditable]")) {
    name(editor, editor.closest(".prose-editor")?.querySelector("textarea"));
  }
  for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
    const box = select.nextElementSibling;
    box?.querySelectorAll("ul.select2-selection__rendered").forEach(ungroup);
    box?.querySelectorAll(PARTS).forEach((part) => name(part, select));
  }
}

// The widgets appear after this module has run, and with every row that is added.
new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
nameAll();
