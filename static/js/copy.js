// The copy button shows itself only where copying is possible.
export function enableCopy(root) {
  if (!navigator.clipboard) return;
  root.querySelectorAll('[data-copy]').forEach((box) => {
    const button = box.querySelector('button');
    const said = box.querySelector('[data-copy-status]');
    if (!button.hidden) return;
    button.hidden = false;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(box.querySelector('.copy-text').textContent.trim());
      said.textContent = button.dataset.copied;
      box.classList.add('is-copied');
      setTimeout(() => { said.textContent = ''; box.classList.remove('is-copied'); }, 2500);
    });
  });
}
