// [data-until] counts down to a moment by the server's clock: data-now is that clock when the page was made, and the
// difference to the visitor's own is kept, since a deadline does not move with a wrong watch. Words come from data-words.
function count(line) {
  const ahead = Date.parse(line.dataset.now) - Date.now();
  const until = Date.parse(line.dataset.until);
  const show = () => {
    const seconds = Math.max(0, Math.ceil((until - Date.now() - ahead) / 1000));
    const parts = { days: Math.floor(seconds / 86400), hours: Math.floor(seconds / 3600) % 24, minutes: Math.floor(seconds / 60) % 60, seconds: seconds % 60 };
    line.textContent = seconds
      ? line.dataset.words.replace(/\{(\w+)\}/g, (_all, name) => String(parts[name]).padStart(name === 'days' ? 1 : 2, '0'))
      : line.dataset.over;
    if (!seconds) clearInterval(clock);
  };
  const clock = setInterval(show, 1000);
  show();
}

export function enableCountdown(root) {
  root.querySelectorAll('[data-until]').forEach((line) => {
    if (line.dataset.improved) return;
    line.dataset.improved = 'yes';
    count(line);
  });
}
