// Says what each number typed beside a variant comes to, and keeps the bar away until there is one. Without this script
// the bar is simply always there.
const MARKS = /^[+-]?\d{1,8}$/;
const read = (text) => {
  const bare = text.replaceAll(/\s/g, "").replace("\u2212", "-");
  return MARKS.test(bare) ? Number(bare) : null;
};

for (const form of document.querySelectorAll("form[data-round]")) {
  const bar = form.querySelector("[data-round-bar]");
  const words = form.querySelector("[data-round-count]");
  const fields = [...form.querySelectorAll("[data-units]")];
  const isCount = form.dataset.round === "count";

  const say = (field) => {
    const number = read(field.value), now = Number(field.dataset.units);
    const comes = field.closest("td").querySelector("[data-comes-to]");
    const by = isCount ? number - now : number;
    if (number === null) comes.textContent = "";
    else if (isCount) comes.textContent = by === 0 ? bar.dataset.same : `${by > 0 ? "+" : "\u2212"}${Math.abs(by)}`;
    else comes.textContent = `\u2192 ${now + by}`;
  };
  const show = () => {
    const typed = fields.filter((field) => field.value.trim()).length;
    bar.hidden = typed === 0 && !form.querySelector(".is-invalid");
    words.textContent = typed === 1 ? bar.dataset.one : bar.dataset.many.replace("{}", typed);
    fields.forEach(say);
  };
  // Up and down go to the row above and below, as in a sheet.
  const step = (event) => {
    const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const next = way && fields[fields.indexOf(event.target) + way];
    if (!next || !fields.includes(event.target)) return;
    event.preventDefault();
    next.select();
  };

  form.addEventListener("input", show);
  form.addEventListener("keydown", step);
  addEventListener("pageshow", show);
  show();
}
