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
