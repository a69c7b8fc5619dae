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
