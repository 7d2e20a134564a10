// A table wider than its place can be scrolled; then the keyboard must be able to reach it, under the table's name.
function reach(box) {
  const wide = box.scrollWidth > box.clientWidth + 1;
  if (wide) {
    box.tabIndex = 0;
    box.setAttribute('role', 'region');
    box.setAttribute('aria-label', box.querySelector('caption')?.textContent.trim() ?? '');
  } else {
    ['tabindex', 'role', 'aria-label'].forEach((name) => box.removeAttribute(name));
  }
}

// On a narrow screen filters fold away, so that the list begins on the first screen.
function fold(box) {
  const narrow = window.matchMedia('(max-width: 1023px)');
  const show = () => {
    box.querySelector('summary').hidden = false;
    box.open = !narrow.matches;
  };
  narrow.addEventListener('change', show);
  show();
}

export function enableLists(root) {
  root.querySelectorAll('.table-wrap').forEach((box) => {
    if (box.dataset.improved) return;
    box.dataset.improved = 'yes';
    new ResizeObserver(() => reach(box)).observe(box);
  });
  root.querySelectorAll('details[data-fold]').forEach((box) => {
    if (box.dataset.improved) return;
    box.dataset.improved = 'yes';
    fold(box);
  });
}
