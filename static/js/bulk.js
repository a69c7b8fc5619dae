// Picks every row of the page at once and says how many are picked; without this script the bar is simply always there.
for (const form of document.querySelectorAll("form[data-bulk]")) {
  const all = form.querySelector("[data-pick-all]");
  const bar = form.querySelector("[data-bulk-bar]");
  const words = form.querySelector("[data-bulk-count]");
  const matching = form.querySelector("[data-all]");
  // A box may lie outside its form, and belong to it by name.
  const boxes = () => [...form.elements].filter((one) => one.name === "ids" && one.type === "checkbox");

  const show = () => {
    const picked = boxes().filter((box) => box.checked).length;
    const isAll = Boolean(matching?.checked);
    if (bar) bar.hidden = picked === 0 && !isAll;
    if (words && isAll && !matching.dataset.all) words.textContent = all.dataset.allSelected;
    else if (words) words.textContent = all.dataset.selected.replace("{}", isAll ? matching.dataset.all : picked);
    if (all) {
      all.checked = picked > 0 && picked === boxes().length;
      all.indeterminate = picked > 0 && !all.checked;
    }
  };

  if (all) {
    all.hidden = boxes().length === 0;
    all.addEventListener("change", () => {
      for (const box of boxes()) box.checked = all.checked;
      show();
    });
  }
  // Enter on a tick presses the form's first button; nobody means that.
  form.addEventListener("keydown", (event) => event.key === "Enter" && event.target.type === "checkbox" && event.preventDefault());
  form.addEventListener("change", (event) => event.target !== all && show());
  addEventListener("pageshow", show);
  show();
}
