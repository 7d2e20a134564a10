// form[data-autosave] is saved while it is typed, by the same address as its button, asked to answer in JSON. Its data- words
// say what happened: saving, saved ({time}), offline, conflict. What somebody else wrote first is never overwritten: the
// answer names it, and the saving of this page stops until it is loaded again.
const PAUSE = 900;
const FRESH = 15000;

function autosave(form) {
  const line = document.createElement('p');
  line.className = 'autosave-state small muted';
  line.setAttribute('role', 'status');
  form.querySelector('[data-autosave-here]')?.replaceChildren(line);
  let waiting = 0;
  let busy = false;
  let changed = false;
  let stopped = false;
  const say = (name, more = {}) => {
    line.textContent = Object.entries(more).reduce((text, [gap, value]) => text.replace(`{${gap}}`, value), form.dataset[name] ?? '');
    line.dataset.state = name;
  };
  const mark = (errors) => form.querySelectorAll('[data-question]').forEach((part) => {
    const said = errors[part.dataset.question];
    part.querySelector('.autosave-error')?.remove();
    if (!said) return;
    const words = document.createElement('p');
    words.className = 'field-error autosave-error';
    words.textContent = said;
    part.append(words);
  });
  const later = (pause) => { clearTimeout(waiting); waiting = setTimeout(save, pause); };
  async function save() {
    if (busy || stopped || !changed) return;
    busy = true;
    changed = false;
    say('saving');
    try {
      const answer = await fetch(form.action, { method: 'POST', body: new FormData(form), headers: { 'X-Autosave': '1', Accept: 'application/json' } });
      if (answer.status === 429 || answer.status === 503) throw new Error('busy');
      const said = await answer.json();
      for (const [name, value] of Object.entries(said.versions ?? {})) if (form.elements[name]) form.elements[name].value = value;
      mark(said.errors ?? {});
      if (answer.status === 409) { stopped = true; say('conflict'); line.className = 'field-error'; if (said.sentence) line.textContent = said.sentence; }
      else if (!answer.ok) { stopped = answer.status === 403; line.textContent = said.sentence ?? form.dataset.offline; }
      else say('saved', { time: said.time });
    } catch {
      changed = true; // still only here: try again until it is there
      say('offline');
      later(FRESH);
    } finally {
      busy = false;
      if (changed && !stopped && line.dataset.state !== 'offline') later(PAUSE);
    }
  }
  const typed = (event) => { if (event.target.name && !event.isComposing) { changed = true; later(PAUSE); } };
  form.addEventListener('input', typed);
  form.addEventListener('compositionend', (event) => { if (event.target.name) { changed = true; later(PAUSE); } });
  form.addEventListener('submit', () => { clearTimeout(waiting); changed = false; stopped = true; });
  window.addEventListener('beforeunload', (event) => { if (changed && !stopped) event.preventDefault(); });
}

// [data-shown-when="a-abroad=yes"] is hidden while the form does not say so.
function followCondition(part) {
  const form = part.closest('form');
  const [name, value] = part.dataset.shownWhen.split('=');
  const follow = () => {
    const given = new FormData(form).getAll(name);
    const asked = form.querySelector(`[data-question="${CSS.escape(name)}"]`);
    part.hidden = !given.includes(value) || Boolean(asked?.hidden);
  };
  form.addEventListener('input', follow);
  follow();
}

export function enableAutosave(root) {
  root.querySelectorAll('form[data-autosave]').forEach((form) => {
    if (form.dataset.autosaving) return;
    form.dataset.autosaving = 'yes';
    autosave(form);
  });
  root.querySelectorAll('form [data-shown-when]').forEach((part) => {
    if (part.dataset.improved) return;
    part.dataset.improved = 'yes';
    followCondition(part);
  });
}
