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
