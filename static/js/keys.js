// Keys for people who stay all day. Off by the store's setting, and never inside a field.
const PLACES = { h: "/", o: "/orders", p: "/products", s: "/stock", c: "/customers" };
const PATIENCE = 1500; // milliseconds between "g" and the letter after it
const TYPED_INTO = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";
let isGoing = 0;

const isSave = (event) => (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "s";
const hasModifier = (event) => event.ctrlKey || event.metaKey || event.altKey;

const save = (event) => {
  const bar = document.querySelector("[data-save-bar]");
  if (!bar) return;
  event.preventDefault();
  bar.querySelector("[type=submit]").click();
};

const press = (event) => {
  const key = event.key.toLowerCase();
  const wasGoing = Date.now() - isGoing < PATIENCE;
  isGoing = 0;
  if (wasGoing && Object.hasOwn(PLACES, key)) location.assign(PLACES[key]);
  else if (key === "g") isGoing = Date.now();
  else if (key === "?") location.assign("/keys");
  else if (key === "/") document.getElementById("search").focus();
  else return;
  event.preventDefault();
};

if ("shortcuts" in document.body.dataset) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.repeat) return;
    if (isSave(event)) save(event);
    else if (!hasModifier(event) && !event.target.closest(TYPED_INTO)) press(event);
    else isGoing = 0;
  });
}
