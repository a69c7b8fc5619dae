try {
// Counts down the pause before another email; without this script the button simply answers "please wait".
for (const button of document.querySelectorAll("button[data-wait]")) {
  const words = button.textContent;
  const { waiting, waitingOne } = button.dataset;
  let left = Number(button.dataset.wait);
  const tick = () => {
    button.disabled = left > 0;
    button.textContent = left > 1 ? waiting.replace("{}", left) : left > 0 ? waitingOne : words;
    if (left > 0) setTimeout(tick, 1000);
    left -= 1;
  };
  tick();
}
} catch (fault) { reportError(fault); }
