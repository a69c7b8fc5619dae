try {
// Offers the browser's own print window as a button; without this script the sentence beside it says how to print.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
} catch (fault) { reportError(fault); }
