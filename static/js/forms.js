// A form marked data-once is sent once, however often the button is pressed. The server holds the rule; this spares the wait.
function sendOnce(form) {
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = 'yes';
    form.setAttribute('aria-busy', 'true');
  });
  window.addEventListener('pageshow', () => { delete form.dataset.sent; form.removeAttribute('aria-busy'); });
}

// 1234000 becomes 1,234,000 when the box is left; the server reads both.
function writeAmount(input) {
  const write = () => {
    const digits = input.value.replace(/[,\s]/g, '');
    if (/^\d{1,15}$/.test(digits)) input.value = digits.replace(/\B(?=(\d{3})+$)/g, ',');
  };
  input.addEventListener('blur', write);
  write();
}

// data-count="500" on a textarea shows how much has been written.
function countLetters(area) {
  const line = document.createElement('p');
  line.className = 'field-reading num';
  area.after(line);
  const show = () => { line.textContent = `${[...area.value].length.toLocaleString()} / ${Number(area.dataset.count).toLocaleString()}`; };
  area.addEventListener('input', show);
  show();
}

// data-check-all="name" on a checkbox ticks all boxes of that name in the same form or table.
function checkAll(box) {
  const scope = box.closest('form') ?? document;
  const others = () => scope.querySelectorAll(`input[type=checkbox][name="${CSS.escape(box.dataset.checkAll)}"]`);
  box.addEventListener('change', () => others().forEach((one) => { if (!one.disabled) one.checked = box.checked; }));
}

export function guardForms(root) {
  const each = (selector, improve) => root.querySelectorAll(selector).forEach((element) => {
    if (element.dataset.improved) return;
    element.dataset.improved = 'yes';
    improve(element);
  });
  each('form[data-once]', sendOnce);
  each('input[data-money]', writeAmount);
  each('textarea[data-count]', countLetters);
  each('input[data-check-all]', checkAll);
  each('button[data-print]', (button) => { button.hidden = false; button.addEventListener('click', () => window.print()); });
}
