// Counts down the pause before another letter; without this script the button simply answers "please wait".
for (const button of document.querySelectorAll("button[data-wait]")) {
  const words = button.textContent;
  let left = Number(button.dataset.wait);
  const tick = () => {
    button.disabled = left > 0;
    button.textContent = left > 0 ? `${words} (in ${left} s)` : words;
    if (left > 0) setTimeout(tick, 1000);
    left -= 1;
  };
  tick();
}
