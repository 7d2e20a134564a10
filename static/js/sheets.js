// A score sheet that loses nothing when the connection does. form[data-keep] names where what was typed is kept on this
// device until the server has it; without this script the form is sent by its buttons like any other.
const PAUSE = 1200;
const AGAIN = 5000;

function keep(form) {
  const name = `keep:${form.dataset.keep}`;
  const said = form.querySelector('[data-keep-status]');
  const say = (words) => { said.textContent = words; };
  const fields = () => [...form.elements].filter((one) => one.name && one.type !== 'hidden' && one.type !== 'submit');
  const typed = () => JSON.stringify(Object.fromEntries(fields().map((one) => [one.name, one.value])));
  let waiting = 0;
  let sent = typed();

  const store = (text) => { try { localStorage.setItem(name, text); } catch { /* a full or forbidden store: the server has the last copy */ } };
  const forget = () => { try { localStorage.removeItem(name); } catch { /* nothing was stored */ } };
  const later = (pause) => { clearTimeout(waiting); waiting = setTimeout(save, pause); };

  async function save() {
    const text = typed();
    if (text === sent) return true;
    let answer;
    try {
      answer = await fetch(form.action, { method: 'POST', body: new FormData(form), headers: { Accept: 'application/json' }, redirect: 'manual' });
    } catch {
      say(form.dataset.kept);
      later(AGAIN);
      return false;
    }
    if (answer.type === 'opaqueredirect' || !answer.headers.get('Content-Type')?.startsWith('application/json')) {
      say(answer.status === 503 ? form.dataset.kept : form.dataset.away);
      later(AGAIN);
      return false;
    }
    const told = await answer.json();
    if (!told.saved) {
      say(`${form.dataset.refused}: ${told.refused.join(' ')}`);
      return false;
    }
    sent = text;
    if (typed() === text) forget();
    say(`${form.dataset.saved} (${told.at})`);
    return true;
  }

  form.addEventListener('input', () => { store(typed()); later(PAUSE); });
  window.addEventListener('online', () => later(0));
  form.addEventListener('submit', async (event) => {
    const action = event.submitter?.getAttribute('formaction');
    event.preventDefault();
    store(typed());
    if (form.dataset.sending) return;
    form.dataset.sending = 'yes';
    // A refusal by the server is shown by the page itself, in full; only a lost connection holds the form back.
    const reached = await save() || said.textContent.startsWith(form.dataset.refused);
    delete form.dataset.sending;
    if (!reached) return;
    forget();
    if (action) form.action = action;
    form.submit();
  });

  const kept = (() => { try { return localStorage.getItem(name); } catch { return null; } })();
  if (kept && kept !== sent) {
    const values = JSON.parse(kept);
    fields().forEach((one) => { if (one.name in values) one.value = values[one.name]; });
    say(form.dataset.restored);
    later(0);
  }
}

export function keepSheets(root) {
  root.querySelectorAll('form[data-keep]').forEach((form) => {
    if (form.dataset.improved) return;
    form.dataset.improved = 'yes';
    keep(form);
  });
}
