// Menus are details elements: Escape and a press elsewhere close them, and the focus goes back to where it came from.
export function closeMenus() {
  const open = () => document.querySelectorAll('details[data-menu][open]');
  document.addEventListener('click', (event) => open().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; }));
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    const box = event.target.closest?.('details[data-menu][open], details[data-confirm][open]');
    if (!box) return;
    box.open = false;
    box.querySelector('summary').focus();
  });
}

// The question of a two-step deed gets a button that takes it back.
export function enableConfirm(root) {
  root.querySelectorAll('details[data-confirm] [data-close]').forEach((button) => {
    if (!button.hidden) return;
    button.hidden = false;
    button.addEventListener('click', () => {
      const box = button.closest('details');
      box.open = false;
      box.querySelector('summary').focus();
    });
  });
}
