// Improves pages that work without it. Each part looks for its own mark in the page and does nothing where there is none.
import { focusErrors } from './errors.js';
import { enableCopy } from './copy.js';
import { closeMenus, enableConfirm } from './menus.js';
import { guardForms } from './forms.js';
import { enableLists } from './lists.js';
import { enableCompletion } from './complete.js';
import { enableAutosave } from './autosave.js';
import { enableCountdown } from './countdown.js';
import { keepSheets } from './sheets.js';

const parts = [
  focusErrors, enableCopy, enableConfirm, guardForms, enableLists, enableCompletion, enableAutosave, enableCountdown, keepSheets,
];
const improve = (root) => parts.forEach((part) => part(root));

improve(document);
closeMenus();
// What was swapped out is no longer in the page, and each part knows what it has improved already.
document.addEventListener('htmx:after:swap', () => improve(document));
