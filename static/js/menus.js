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
