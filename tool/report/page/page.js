(() => {
  'use strict';
  const all = (query, from = document) => [...from.querySelectorAll(query)];
  const findings = all('details.finding'), box = document.getElementById('search');
  const texts = new Map(findings.map(f => [f, f.textContent.toLowerCase()]));
  const selects = all('select[data-key]'), levels = all('input[data-level]'), shown = document.getElementById('shown');

  const root = document.documentElement, theme = document.getElementById('theme');
  const keep = (value) => { try { localStorage.setItem('gilray-theme', value); } catch { /* file:// may have no storage */ } };
  const themes = ['', 'dark', 'light'];
  const setTheme = (value) => {
    if (value) root.dataset.theme = value; else delete root.dataset.theme;
    theme.textContent = 'theme: ' + (value || 'system');
  };
  try { const kept = localStorage.getItem('gilray-theme'); if (themes.includes(kept)) setTheme(kept); } catch { /* as above */ }
  theme.hidden = false;
  theme.addEventListener('click', () => {
    const next = themes[(themes.indexOf(root.dataset.theme || '') + 1) % themes.length];
    setTheme(next);
    keep(next);
  });

  const filter = () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = new Set(levels.filter(l => l.checked).map(l => l.dataset.level));
    let count = 0;
    for (const f of findings) {
      const fits = wanted.has(f.dataset.severity) && selects.every(s => !s.value || f.dataset[s.dataset.key] === s.value) &&
        words.every(w => texts.get(f).includes(w));
      f.hidden = !fits;
      count += fits;
    }
    shown.textContent = count === findings.length ? `${count} shown` : `${count} of ${findings.length} shown`;
    document.getElementById('none').hidden = count > 0 || !findings.length;
  };
  box.addEventListener('input', filter);
  for (const control of [...selects, ...levels]) control.addEventListener('change', filter);
  document.getElementById('reset').addEventListener('click', () => {
    box.value = '';
    for (const s of selects) s.value = '';
    for (const l of levels) l.checked = true;
    filter();
  });
  for (const button of all('button[data-choose]'))
    button.addEventListener('click', () => {
      const select = selects.find(s => s.dataset.key === button.dataset.choose);
      select.value = select.value === button.value ? '' : button.value;
      filter();
      document.querySelector('.filters').scrollIntoView();
    });
  filter();

  // One step of a path after the other.
  const step = (finding, by) => {
    const steps = all('.s', finding);
    if (!steps.length) return;
    finding.open = true;
    const now = steps.findIndex(s => s.classList.contains('now'));
    const next = now < 0 ? (by > 0 ? 0 : steps.length - 1) : Math.min(Math.max(now + by, 0), steps.length - 1);
    steps.forEach((s, i) => s.classList.toggle('now', i === next));
    steps[next].scrollIntoView({ block: 'nearest' });
    const label = finding.querySelector('.at');
    if (label) label.textContent = `step ${next + 1} of ${steps.length}`;
  };
  for (const button of all('button[data-step]'))
    button.addEventListener('click', () => step(button.closest('details'), Number(button.dataset.step)));

  const current = () => document.activeElement && document.activeElement.closest('details.finding');
  const go = (by) => {
    const visible = findings.filter(f => !f.hidden);
    if (!visible.length) return;
    const at = visible.indexOf(current());
    const next = visible[at < 0 ? (by > 0 ? 0 : visible.length - 1) : Math.min(Math.max(at + by, 0), visible.length - 1)];
    next.querySelector('summary').focus();
    next.scrollIntoView({ block: 'nearest' });
  };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches('input[type=search]')) {
      if (event.key === 'Escape') box.blur();
      return;
    }
    if (event.target.matches('select')) return;
    const keys = {
      '/': () => box.focus(), j: () => go(1), k: () => go(-1), n: () => current() && step(current(), 1),
      p: () => current() && step(current(), -1),
      o: () => { const f = current(); if (f) f.open = !f.open; },
      e: () => { const open = !findings.some(f => !f.hidden && f.open); for (const f of findings) if (!f.hidden) f.open = open; },
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  const named = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.matches('details')) target.open = true;
  };
  addEventListener('hashchange', named);
  named();
})();
