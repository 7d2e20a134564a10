// Shows what a form comes to while it is filled in. The server computes it again, with the same floors.
// form[data-totals] holds inputs that say how they count:
//   data-plans = {unit: [[from quantity, price], …]} with data-unit or a field 'unit' that says which: price by quantity
//   data-price, and perhaps data-done, data-done-amount, data-left, data-left-amount   a part of a line that is bought
//   data-whole, data-amount                                                            a share of a delivered line
// and outputs: [data-total] for the sum, [data-rest] for what is missing from data-rest="whole sum".
const STEP = 1000n;
const korean = document.documentElement.lang === 'ko';

function thousandths(text) {
  const match = /^(\d{1,9})(?:\.(\d{1,3}))?$/.exec(text.replace(/[,\s]/g, ''));
  return match ? BigInt(match[1]) * STEP + BigInt((match[2] ?? '').padEnd(3, '0')) : null;
}

function priceAt(input, quantity) {
  const scales = JSON.parse(input.dataset.plans ?? '{}');
  const steps = scales[input.form.elements.namedItem('unit')?.value ?? input.dataset.unit];
  if (!steps) return input.dataset.price;
  return steps.filter(([from]) => BigInt(from) * STEP <= quantity).at(-1)?.[1] ?? null;
}

function amountOf(input) {
  const quantity = thousandths(input.value);
  if (quantity === null) return null;
  const { whole, amount, done = '0', doneAmount = '0', left, leftAmount } = input.dataset;
  if (whole !== undefined) {
    const all = thousandths(whole);
    return quantity > all ? null : (BigInt(amount) * quantity) / all;
  }
  const price = priceAt(input, quantity);
  if (price === null) return null;
  if (left !== undefined && quantity === thousandths(left)) return BigInt(leftAmount);
  return ((thousandths(done) + quantity) * BigInt(price)) / STEP - BigInt(doneAmount);
}

function won(amount) {
  const digits = new Intl.NumberFormat('en-US').format(amount);
  return korean ? `${digits}원` : `₩${digits}`;
}

function follow(form) {
  const inputs = [...form.querySelectorAll('input[data-price], input[data-whole]')];
  const show = () => {
    const amounts = inputs.map(amountOf);
    const sum = amounts.includes(null) ? null : amounts.reduce((a, b) => a + b, 0n);
    form.querySelectorAll('[data-total]').forEach((place) => { place.textContent = sum === null ? '–' : won(sum); });
    form.querySelectorAll('[data-rest]').forEach((place) => {
      place.textContent = sum === null ? '–' : won(BigInt(place.dataset.rest) - sum);
    });
  };
  form.querySelectorAll('[data-totals-view]').forEach((view) => { view.hidden = false; });
  form.addEventListener('input', show);
  show();
}

document.querySelectorAll('form[data-totals]').forEach(follow);
