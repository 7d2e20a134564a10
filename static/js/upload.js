// Sends large files in pieces and goes on where a lost connection, or a pause, left them (tus 1.0). Without this the plain
// form and the link to a store work. [data-pieces] holds: the address that begins an upload (data-pieces), a token
// (data-token), what was begun before (data-open: JSON), a file input, a place for words ([data-said] with the sentences),
// a bar (progress) and a button that stops and goes on ([data-hold]). The list #uploads is read again while something waits.
const SIZE = 8 * 1024 * 1024;
const TUS = { 'Tus-Resumable': '1.0.0' };
const wait = (seconds) => new Promise((go) => { setTimeout(go, seconds * 1000); });
const encoded = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

// What the server says for good. Everything else (no connection, a server that is being restarted) is tried again.
class Refusal extends Error {}

async function ask(address, method, headers, body, signal) {
  const answer = await fetch(address, { method, headers: { ...TUS, ...headers }, body, signal, credentials: 'same-origin' });
  if (answer.status >= 500) throw new Error(String(answer.status));
  if (answer.status >= 400 && answer.status !== 404 && answer.status !== 409) {
    const plain = (answer.headers.get('Content-Type') ?? '').startsWith('text/plain');
    throw new Refusal(plain ? await answer.text() : '');
  }
  return answer;
}

// Whether the server's last piece is what this file has at that place: a file of the same name may have changed since.
async function isSame(answer, file) {
  const [at, size, sha256] = (answer.headers.get('Upload-Last-Part') ?? '').split(' ');
  if (!sha256 || !crypto.subtle) return true;
  const bytes = await file.slice(Number(at), Number(at) + Number(size)).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((each) => each.toString(16).padStart(2, '0')).join('') === sha256;
}

// Where the file goes: to what was begun before and can go on, else to a new place.
async function placeOf(box, file, begun) {
  const known = begun.get(`${file.name} ${file.size}`);
  if (known) {
    const there = await ask(known, 'GET');
    if (there.headers.get('Upload-State') === 'open' && await isSame(there, file)) return known;
  }
  const answer = await ask(box.dataset.pieces, 'POST', {
    'X-CSRFToken': box.dataset.token, 'Upload-Length': String(file.size), 'Upload-Metadata': `filename ${encoded(file.name)}`,
  });
  if (answer.status !== 201) throw new Refusal('');
  begun.set(`${file.name} ${file.size}`, answer.headers.get('Location'));
  return answer.headers.get('Location');
}

// A button that stops what is under way; pressed again it lets it go on.
function gateOf(button) {
  const gate = { control: new AbortController(), open: Promise.resolve(), go: null };
  gate.free = () => {
    gate.control = new AbortController();
    gate.go?.();
    gate.go = null;
    button.textContent = button.dataset.hold;
  };
  button.addEventListener('click', () => {
    if (gate.go) { gate.free(); return; }
    gate.open = new Promise((go) => { gate.go = go; });
    button.textContent = button.dataset.resume;
    gate.control.abort();
  });
  return gate;
}

async function send(box, file, begun, gate, say) {
  let address = '';
  for (let tries = 0; tries < 9;) {
    await gate.open;
    try {
      address ||= await placeOf(box, file, begun);
      const there = await ask(address, 'GET', {}, null, gate.control.signal);
      // Somebody took it away, or the session is over and another page answered.
      if (!there.headers.has('Upload-Offset')) throw new Refusal('');
      let offset = Number(there.headers.get('Upload-Offset'));
      while (offset < file.size) {
        say('sending', file.name, offset / file.size);
        const headers = { 'X-CSRFToken': box.dataset.token, 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' };
        const answer = await ask(address, 'PATCH', headers, file.slice(offset, offset + SIZE), gate.control.signal);
        if (answer.status !== 204) break;
        offset = Number(answer.headers.get('Upload-Offset'));
        tries = 0;
      }
      if (offset >= file.size) return;
    } catch (error) {
      if (error instanceof Refusal) throw error;
      if (gate.go) { say('paused', file.name); continue; }
    }
    tries += 1;
    say('lost', file.name);
    await wait(Math.min(30, 2 ** (tries - 1)));
  }
  throw new Refusal('');
}

// The list again, with every tick as the reader left it. True while something on it still waits.
async function refresh() {
  const list = document.getElementById('uploads');
  if (list?.querySelector('details[open]')) return true; // somebody is about to answer a question
  const answer = await fetch(window.location.href, { credentials: 'same-origin' });
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('uploads');
  if (!list || !fresh) return false;
  list.querySelectorAll('input[type=checkbox]').forEach((old) => {
    const box = fresh.querySelector(`input[type=checkbox][value="${CSS.escape(old.value)}"]`);
    if (box) box.checked = old.checked;
  });
  list.replaceWith(document.adoptNode(fresh));
  document.dispatchEvent(new Event('htmx:after:swap'));
  return fresh.hasAttribute('data-waits');
}

let watching = false;
async function watch() {
  if (watching) return;
  watching = true;
  for (let more = true; more;) {
    try { more = await refresh(); } catch { more = true; }
    await wait(2);
  }
  watching = false;
}

function improve(box) {
  const [words, bar, button] = ['[data-said]', 'progress', '[data-hold]'].map((each) => box.querySelector(each));
  const input = box.querySelector('input[type=file]');
  const begun = new Map(JSON.parse(box.dataset.open).map((each) => [`${each.path} ${each.bytes}`, each.url]));
  const gate = gateOf(button);
  const say = (what, name, share) => {
    words.textContent = `${name ?? ''} ${words.dataset[what]}`.trim();
    if (share !== undefined) bar.value = share;
  };
  box.hidden = false;
  input.addEventListener('change', async () => {
    let name = '';
    gate.free();
    [bar.hidden, button.hidden, input.disabled] = [false, false, true];
    try {
      for (const file of input.files) {
        name = file.name;
        await send(box, file, begun, gate, say);
        say('done', name, 1);
        begun.delete(`${name} ${file.size}`);
        watch();
      }
    } catch (error) {
      say('failed', name);
      if (error.message) words.textContent += ` ${error.message}`;
    }
    [bar.hidden, button.hidden, input.disabled, input.value] = [true, true, false, ''];
  });
}

document.querySelectorAll('[data-pieces]').forEach(improve);
if (document.querySelector('#uploads[data-waits]')) watch();
