// The pages work without this script, except for passkeys.
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

// Only a script can ask the browser for a passkey. Its answer is sent as a field of the form.
for (const form of document.querySelectorAll('form[data-ceremony]')) {
  const { ceremony, options, failed, known, elsewhere, unsupported } = form.dataset;
  const parse = ceremony === 'create' ? 'parseCreationOptionsFromJSON' : 'parseRequestOptionsFromJSON';
  const alert = form.querySelector('[role=alert]');
  const button = form.querySelector('button');
  const answer = form.elements.credential;
  const say = (text) => {
    alert.textContent = text;
    alert.hidden = !text;
  };
  button.hidden = false;
  form.querySelector('.no-script').remove();
  form.addEventListener('submit', async (event) => {
    if (answer.value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!window.PublicKeyCredential?.[parse]) {
      say(unsupported);
      return;
    }
    say('');
    button.disabled = true;
    try {
      const publicKey = PublicKeyCredential[parse](JSON.parse(options));
      answer.value = JSON.stringify(await navigator.credentials[ceremony]({ publicKey }));
      form.requestSubmit();
    } catch (error) {
      // The page was opened under another name than that which passkeys belong to, such as 127.0.0.1.
      say({ InvalidStateError: known, SecurityError: elsewhere }[error.name] ?? failed);
    } finally {
      button.disabled = false;
    }
  });
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
