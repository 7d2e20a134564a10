// A search box with completions, after the ARIA authoring pattern for a combobox with a list. Without this script the box
// is a plain one. form[data-complete] says where completions come from; its other data- attributes are the words to say.
const PAUSE = 120;
let boxes = 0;

function option(form, item, id) {
  const line = document.createElement('li');
  line.id = id;
  line.setAttribute('role', 'option');
  line.setAttribute('aria-selected', 'false');
  line.dataset.url = item.url;
  const text = document.createElement('span');
  text.textContent = item.text;
  const kind = document.createElement('span');
  kind.className = 'muted small';
  kind.textContent = form.dataset[item.kind];
  line.append(text, kind);
  return line;
}

function complete(form) {
  const input = form.querySelector('input[type=search]');
  const id = `complete-${boxes += 1}`;
  const list = document.createElement('ul');
  Object.assign(list, { id, hidden: true, className: 'site-search-list' });
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', form.dataset.list);
  const said = document.createElement('p');
  said.className = 'sr-only';
  said.setAttribute('role', 'status');
  form.append(list, said);
  for (const [name, value] of [['role', 'combobox'], ['aria-autocomplete', 'list'], ['aria-expanded', 'false'], ['aria-controls', id]]) {
    input.setAttribute(name, value);
  }
  let waiting = 0;
  let asking = null;
  let at = -1;

  const options = () => [...list.querySelectorAll('[role=option]')];
  const close = () => {
    clearTimeout(waiting);
    asking?.abort();
    at = -1;
    list.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  const mark = (place) => {
    const all = options();
    at = place < -1 ? all.length - 1 : place >= all.length ? -1 : place;
    all.forEach((each, number) => each.setAttribute('aria-selected', String(number === at)));
    if (at < 0) input.removeAttribute('aria-activedescendant');
    else input.setAttribute('aria-activedescendant', all[at].id);
    all[at]?.scrollIntoView({ block: 'nearest' });
  };
  const show = ({ items, meant }) => {
    const hint = document.createElement('li');
    hint.className = 'muted small';
    hint.setAttribute('role', 'presentation');
    hint.textContent = meant ? form.dataset.meant.replace('{words}', meant) : '';
    list.replaceChildren(...(meant ? [hint] : []), ...items.map((item, number) => option(form, item, `${id}-${number}`)));
    list.hidden = !items.length;
    input.setAttribute('aria-expanded', String(!list.hidden));
    const count = items.length ? form.dataset.some.replace('{count}', items.length) : form.dataset.none;
    said.textContent = meant ? `${hint.textContent}. ${count}` : count;
    mark(-1);
  };
  const ask = async () => {
    const words = input.value.trim();
    close();
    said.textContent = '';
    if (!words) return;
    asking = new AbortController();
    try {
      const answer = await fetch(`${form.dataset.complete}?q=${encodeURIComponent(words)}`, { signal: asking.signal });
      if (answer.ok && document.activeElement === input) show(await answer.json());
    } catch { /* Asked for something else meanwhile, or away: the box goes on as a plain one. */ }
  };

  input.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(ask, PAUSE); });
  input.addEventListener('blur', close);
  list.addEventListener('pointerdown', (event) => event.preventDefault()); // or the box would lose the focus first
  list.addEventListener('click', (event) => {
    const chosen = event.target.closest('[role=option]');
    if (chosen) window.location.assign(chosen.dataset.url);
  });
  input.addEventListener('keydown', (event) => {
    if (event.isComposing) return; // a syllable of Hangul is not finished
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (list.hidden) { if (event.key === 'ArrowDown') ask(); return; }
      event.preventDefault();
      mark(at + (event.key === 'ArrowDown' ? 1 : -1));
    } else if (event.key === 'Enter' && at >= 0) {
      event.preventDefault();
      window.location.assign(options()[at].dataset.url);
    } else if (event.key === 'Escape' && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  });
}

export function enableCompletion(root) {
  root.querySelectorAll('form[data-complete]').forEach((form) => {
    if (form.dataset.improved || !form.dataset.complete) return;
    form.dataset.improved = 'yes';
    complete(form);
  });
}
