// Browsers send the console's cookie only with requests that start here. Who follows a link from a chat or a mail is therefore
// asked to sign in even when signed in already: the server says so, and then there is nothing to ask.
const form = document.querySelector('form[data-to]');
const answer = await fetch(`/sign-in?${new URLSearchParams({ to: form.dataset.to })}`, { redirect: 'manual', cache: 'no-store' });
if (answer.type === 'opaqueredirect')
  location.replace(form.dataset.to);
