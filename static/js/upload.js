// Sends a large file in pieces and goes on where a lost connection left it (tus 1.0). Without this the plain form works.
// [data-pieces] holds: the address that begins an upload (data-pieces), a token (data-token), a file input, a place for words
// ([data-said] with data-sending, data-done, data-lost) and the list of what was begun before (data-open: JSON).
const SIZE = 8 * 1024 * 1024;
const pause = (seconds) => new Promise((go) => { setTimeout(go, seconds * 1000); });
const encoded = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

async function ask(address, method, headers, body) {
  const answer = await fetch(address, { method, headers, body, credentials: 'same-origin' });
  if (answer.status >= 500) throw new Error(String(answer.status));
  return answer;
}

async function begin(box, file) {
  const known = JSON.parse(box.dataset.open).find((each) => each.path === file.name && each.bytes === file.size);
  if (known) return known.url;
  const answer = await ask(box.dataset.pieces, 'POST', {
    'X-CSRFToken': box.dataset.token, 'Tus-Resumable': '1.0.0',
    'Upload-Length': String(file.size), 'Upload-Metadata': `filename ${encoded(file.name)}`,
  });
  if (answer.status !== 201) throw new RangeError(await answer.text());
  return answer.headers.get('Location');
}

async function send(box, file, say) {
  const address = await begin(box, file);
  for (let tries = 0; tries < 8;) {
    try {
      const there = await ask(address, 'GET', { 'Tus-Resumable': '1.0.0' });
      let offset = Number(there.headers.get('Upload-Offset'));
      while (offset < file.size) {
        say('sending', `${Math.floor((offset * 100) / file.size)}%`);
        const answer = await ask(address, 'PATCH', {
          'X-CSRFToken': box.dataset.token, 'Tus-Resumable': '1.0.0', 'Upload-Offset': String(offset),
          'Content-Type': 'application/offset+octet-stream',
        }, file.slice(offset, offset + SIZE));
        if (answer.status === 409) break;
        if (answer.status !== 204) throw new RangeError(await answer.text());
        offset = Number(answer.headers.get('Upload-Offset'));
        tries = 0;
      }
      if (offset >= file.size) return;
    } catch (error) {
      if (error instanceof RangeError) throw error;
    }
    tries += 1;
    say('lost', '');
    await pause(Math.min(30, 2 ** tries));
  }
  throw new RangeError('');
}

document.querySelectorAll('[data-pieces]').forEach((box) => {
  const words = box.querySelector('[data-said]');
  const say = (what, more) => { words.textContent = `${words.dataset[what]} ${more}`; };
  box.hidden = false;
  box.querySelector('input[type=file]').addEventListener('change', async (event) => {
    for (const file of event.target.files) {
      try {
        await send(box, file, (what, more) => say(what, `${file.name} ${more}`));
      } catch (error) {
        say('failed', `${file.name} ${error.message}`);
        return;
      }
    }
    say('done', '');
    window.location.reload();
  });
});
