// The pages work without this script.
'use strict';

// A page that the browser kept must not be shown after a sign-out.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});

for (const time of document.querySelectorAll('time')) {
  time.textContent = new Intl.DateTimeFormat(document.documentElement.lang, {
    dateStyle: 'medium', timeStyle: 'short',
  }).format(new Date(time.dateTime));
}

const { show, hide } = document.body.dataset;
for (const input of document.querySelectorAll('input[type=password]')) {
  const toggle = document.createElement('button');
  const entry = document.createElement('div');
  const say = (word) => {
    toggle.textContent = word;
    toggle.setAttribute('aria-label', `${word}: ${input.labels[0].textContent}`);
  };
  entry.className = 'entry';
  toggle.type = 'button';
  toggle.className = 'secondary';
  toggle.setAttribute('aria-controls', input.id);
  say(show);
  toggle.addEventListener('click', () => {
    const hidden = input.type === 'password';
    input.type = hidden ? 'text' : 'password';
    say(hidden ? hide : show);
  });
  input.replaceWith(entry);
  entry.append(input, toggle);
}

// A second click while the answer is on its way would send the form twice.
for (const form of document.forms) {
  form.addEventListener('submit', (event) => {
    for (const input of form.querySelectorAll('.entry input')) input.type = 'password';
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = 'yes';
    setTimeout(() => delete form.dataset.sent, 5000);
  });
}

document.querySelector('[aria-invalid]')?.focus();
