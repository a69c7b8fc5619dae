try {
// Warns before a form with unsaved changes is left; without this script nothing else changes.
const written = new WeakMap();
const forms = [...document.querySelectorAll("form[data-dirty]")];
// Keys and tokens are not what a person typed; a chosen file counts by its name.
const content = (form) =>
  JSON.stringify([...new FormData(form)].filter(([name]) => name !== "csrf_token").map(([name, value]) => [name, value.name ?? value]));
const isChanged = (form) => !form.dataset.sending && written.get(form) !== content(form);

const show = (form) => {
  const words = form.querySelector("[data-unsaved]");
  if (words) words.hidden = !isChanged(form);
};

for (const form of forms) {
  // A form that came back with errors, somebody else's changes or a sheet half filled holds typing never saved.
  const isRefused = form.dataset.dirty === "unsaved" || form.querySelector(".error-summary, .conflict") !== null;
  written.set(form, isRefused ? "" : content(form));
  show(form);
  for (const kind of ["input", "change"]) {
    form.addEventListener(kind, () => {
      delete form.dataset.sending; // who types on after a press has stopped that sending, or it came to nothing
      show(form);
    });
  }
  form.addEventListener("reset", () => setTimeout(() => show(form)));
  form.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) form.dataset.sending = "1";
  });
}

// A sending may come to nothing: somebody stays after the warning, or the page comes back from the history.
const comeBack = () => {
  for (const form of forms) {
    delete form.dataset.sending;
    show(form);
  }
};

addEventListener("beforeunload", (event) => {
  if (!forms.some(isChanged)) return;
  event.preventDefault();
  setTimeout(comeBack);
});
addEventListener("pageshow", comeBack);
} catch (fault) { reportError(fault); }
try {
// One press, one sending: the buttons of a form rest while it is on its way. At the server each press counts once, too.
const REST = 15_000; // after this long somebody may want to try again, as with a file that is downloaded
const wake = (button) => {
  button.disabled = false;
  delete button.dataset.resting;
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  // Only after the browser has read the form: a disabled button's own name and value are not sent.
  setTimeout(() => {
    for (const button of form.elements) {
      if (button.type !== "submit" || button.disabled) continue;
      button.disabled = true;
      button.dataset.resting = "";
      setTimeout(() => wake(button), REST);
    }
  });
});

const wakeAll = () => document.querySelectorAll("[data-resting]").forEach(wake);
addEventListener("pageshow", wakeAll);
// Somebody was warned of typing that is not saved, and may stay.
addEventListener("beforeunload", (event) => event.defaultPrevented && setTimeout(wakeAll));
} catch (fault) { reportError(fault); }
try {
// Keys for people who stay all day. Off by the store's setting, and never inside a field.
const PATIENCE = 1500; // milliseconds between "g" and the letter after it
const TYPED_INTO = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";
let isGoing = 0;

const isWith = (event, key) => (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === key;
const hasModifier = (event) => event.ctrlKey || event.metaKey || event.altKey;

// Presses the button of the form that one is in; elsewhere that of the page, if it has but one.
const save = (event) => {
  const seen = (within, which) => [...within.querySelectorAll(which)].filter((button) => button.checkVisibility());
  const own = event.target.closest("main form[method=post]");
  const main = seen(own ?? document, own ? ".btn-primary[type=submit]" : "form[data-dirty] .btn-primary[type=submit]");
  const buttons = main.length || !own ? main : seen(own, "[type=submit]").slice(0, 1);
  if (buttons.length !== 1) return;
  event.preventDefault();
  buttons[0].click();
};

// Links name in data-keys by which keys they are opened: after "g", or "?" at once.
const linkOf = (key) =>
  [...document.querySelectorAll("a[data-keys]")].find((link) => key.length === 1 && link.dataset.keys.includes(key));

const search = (event) => {
  event.preventDefault();
  document.getElementById("search").select();
};

const press = (event) => {
  const { key } = event; // in small letters alone: scanners type codes in capitals
  const wasGoing = Date.now() - isGoing < PATIENCE;
  isGoing = 0;
  const place = wasGoing || key === "?" ? linkOf(key) : null;
  if (place) location.assign(place.href);
  else if (key === "g") isGoing = Date.now();
  else if (key === "/") search(event);
  else return;
  event.preventDefault();
};

if ("shortcuts" in document.body.dataset) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.repeat) return;
    if (isWith(event, "s")) save(event);
    else if (isWith(event, "k")) search(event);
    else if (!hasModifier(event) && !event.target.closest(TYPED_INTO)) press(event);
    else isGoing = 0;
  });
}
} catch (fault) { reportError(fault); }
try {
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
} catch (fault) { reportError(fault); }
try {
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
} catch (fault) { reportError(fault); }
try {
// Closes a menu, or the filter of a list, by Esc, and by a press anywhere else; without this script its own button closes it.
const openMenus = () => document.querySelectorAll("details.menu[open], details.filter-box[open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
  for (const menu of openMenus()) {
    const isIn = menu.contains(document.activeElement) || document.activeElement === document.body;
    menu.open = false;
    if (isIn) menu.querySelector("summary").focus();
  }
});
} catch (fault) { reportError(fault); }
