// After a refused form the reader starts at the list of what to mend, and each line puts the cursor into its field.
export function focusErrors(root) {
  const summary = root.querySelector('[data-error-summary]');
  if (!summary || summary.dataset.ready) return;
  summary.dataset.ready = 'yes';
  summary.focus();
  summary.addEventListener('click', (event) => {
    const id = event.target.closest('a')?.hash.slice(1);
    const place = id && document.getElementById(id);
    if (!place) return;
    event.preventDefault();
    const input = place.matches('input, select, textarea, button') ? place : place.querySelector('input, select, textarea') ?? place;
    (place.closest('.field') ?? place).scrollIntoView({ block: 'center' });
    input.focus({ preventScroll: true });
  });
}
