// form[data-review]: a returned field opens its reason row and turns the answer from 同意 to 退回修改.
import { on, onLoad } from './dom.js';

const verdictsOf = (form) => [...document.querySelectorAll('[data-verdict]')]
  .filter((set) => set.querySelector('input').form === form);

function refresh(form) {
  const sets = verdictsOf(form);
  let returned = 0;
  for (const set of sets) {
    const no = set.querySelector('input[value=return]').checked;
    const reason = document.querySelector(`[data-reason="${CSS.escape(set.dataset.verdict)}"]`);
    set.closest('tr')?.classList.toggle('is-no', no);
    reason?.classList.toggle('is-open', no);
    reason?.querySelectorAll('input, textarea').forEach((input) => { input.disabled = !no; input.required = no; });
    returned += no;
  }
  const tally = form.querySelector('[data-tally]');
  if (tally && sets.length) showTally(tally, sets.length - returned, returned);
  const approve = form.querySelector('[value=approve]');
  const back = form.querySelector('[value=return]');
  if (!approve || !back) return;
  if (form.dataset.partial) {
    showPartial(form, approve, sets.length - returned, returned);
    return;
  }
  approve.disabled = returned > 0;
  approve.title = returned ? approve.dataset.why : '';
  approve.classList.toggle('btn-primary', !returned);
  back.classList.toggle('btn-primary', returned > 0);
  back.querySelector('span').textContent = returned ? back.dataset.textN.replace('{n}', returned) : back.dataset.text;
  (returned ? back : approve).parentElement.append(returned ? back : approve);
}

// Where single lines may be refused, the yes says how many it takes and how many not.
function showPartial(form, approve, yes, no) {
  approve.disabled = no > 0 && !yes;
  approve.title = approve.disabled ? form.dataset.none : '';
  const word = approve.querySelector('[data-word]');
  word.textContent = no && yes ? form.dataset.partial.replace('{yes}', yes).replace('{no}', no) : word.dataset.text;
}

function showTally(tally, accepted, returned) {
  tally.textContent = `${tally.dataset.accepted} ${accepted}`;
  if (!returned) return;
  const part = document.createElement('span');
  part.className = 'k-bad';
  part.textContent = `${tally.dataset.returned} ${returned}`;
  tally.append(' · ', part);
}

on('change', '[data-verdict] input', (event, input) => {
  if (!input.form?.matches('[data-review]')) return;
  refresh(input.form);
  if (input.value === 'return') {
    const key = input.closest('[data-verdict]').dataset.verdict;
    document.querySelector(`[data-reason="${CSS.escape(key)}"] :is(input, textarea)`)?.focus();
  }
});

on('click', '[data-accept-all]', () => {
  const form = document.querySelector('form[data-review]');
  for (const set of verdictsOf(form)) set.querySelector('input[value=accept]').checked = true;
  refresh(form);
});

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || document.querySelector('dialog[open]')) return;
  document.querySelector('form[data-review] .btn-primary:enabled')?.click();
});

const refreshAll = () => document.querySelectorAll('form[data-review]').forEach(refresh);
onLoad(refreshAll);
addEventListener('pageshow', refreshAll);
