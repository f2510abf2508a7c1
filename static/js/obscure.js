// Areas are drawn on the picture, or moved with the keys; the number fields stay the truth, so that
// the page works without this module.

const stage = document.querySelector("[data-stage]");
const list = document.querySelector("#areas");
const total = document.querySelector("[name=form-TOTAL_FORMS]");
const most = Number(document.querySelector("[name=form-MAX_NUM_FORMS]").value);
const NAMES = ["x", "y", "width", "height"];
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const boxes = new Map();

const field = (row, name) => row.querySelector(`[name$="-${name}"]`);
const fields = (row) => NAMES.map((name) => field(row, name));
const within = (value, low, high) => Math.min(Math.max(value, low), high);

function read(row) {
  const values = fields(row).map((input) => Number.parseFloat(input.value));
  return values.some(Number.isNaN) ? null : values;
}

function write(row, [x, y, width, height]) {
  width = within(width, 1, 100);
  height = within(height, 1, 100);
  const values = [within(x, 0, 100 - width), within(y, 0, 100 - height), width, height];
  fields(row).forEach((input, i) => (input.value = values[i].toFixed(1)));
  show(row);
}

function clear(row) {
  for (const input of fields(row)) input.value = "";
  show(row);
}

function show(row) {
  const values = read(row);
  if (!values) {
    boxes.get(row)?.remove();
    boxes.delete(row);
    return;
  }
  const box = boxes.get(row) ?? newBox(row);
  ["left", "top", "width", "height"].forEach((side, i) => (box.style[side] = `${values[i]}%`));
}

function newBox(row) {
  const box = document.createElement("button");
  box.type = "button";
  box.className = "area-box";
  box.textContent = row.querySelector(".area-number").textContent;
  box.setAttribute("aria-label", row.querySelector("legend").textContent.trim());
  box.setAttribute("aria-describedby", "area-help");
  box.addEventListener("keydown", (event) => onKey(event, row));
  boxes.set(row, box);
  stage.append(box);
  return box;
}

function onKey(event, row) {
  if (event.key === "Delete" || event.key === "Backspace") {
    clear(row);
    field(row, "x").focus();
  } else if (STEPS[event.key]) {
    const [right, down] = STEPS[event.key];
    const [x, y, width, height] = read(row);
    if (event.shiftKey) write(row, [x, y, width + right, height + down]);
    else write(row, [x + right, y + down, width, height]);
  } else return;
  event.preventDefault();
}

function freeRow() {
  const rows = [...list.querySelectorAll(".area")];
  const free = rows.find((row) => fields(row).every((input) => !input.value));
  if (free || rows.length >= most) return free;
  const html = document.querySelector("#empty-area").innerHTML.replaceAll("__prefix__", total.value);
  list.insertAdjacentHTML("beforeend", html);
  total.value = rows.length + 1;
  list.lastElementChild.querySelector(".area-number").textContent = total.value;
  return list.lastElementChild;
}

function place(event) {
  const frame = stage.getBoundingClientRect();
  return [
    within(((event.clientX - frame.left) / frame.width) * 100, 0, 100),
    within(((event.clientY - frame.top) / frame.height) * 100, 0, 100),
  ];
}

stage.addEventListener("pointerdown", (event) => {
  if (event.button || event.target.closest(".area-box")) return;
  const row = freeRow();
  if (!row) return;
  event.preventDefault();
  const [x, y] = place(event);
  const draw = (move) => {
    const [toX, toY] = place(move);
    write(row, [Math.min(x, toX), Math.min(y, toY), Math.abs(toX - x), Math.abs(toY - y)]);
  };
  const stop = () => {
    stage.removeEventListener("pointermove", draw);
    boxes.get(row)?.focus();
  };
  stage.setPointerCapture(event.pointerId);
  stage.addEventListener("pointermove", draw);
  stage.addEventListener("pointerup", stop, { once: true });
  stage.addEventListener("pointercancel", stop, { once: true });
});

list.addEventListener("input", (event) => show(event.target.closest(".area")));

const add = document.querySelector("[data-add]");
add.hidden = false;
add.addEventListener("click", () => {
  const row = freeRow();
  if (!row) return;
  write(row, [40, 40, 20, 20]);
  boxes.get(row).focus();
});

for (const row of list.querySelectorAll(".area")) show(row);
