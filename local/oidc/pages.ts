import type { SampleUser } from '../sample-users.ts';

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { margin: 0 auto; max-width: 28rem; padding: 3rem 1rem; }
  h1 { font-size: 1.375rem; margin: 0 0 .25rem; }
  ul { list-style: none; margin: 1.5rem 0; padding: 0; }
  li + li { margin-top: .5rem; }
  button { border: 1px solid GrayText; border-radius: 8px; background: Field; color: FieldText; cursor: pointer;
    font: inherit; padding: .625rem 1rem; text-align: start; width: 100%; }
  button:hover { border-color: LinkText; }
  button:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
  small { display: block; font-size: .875rem; }`;

/** The page on which one picks a sample user. */
export function signInPage(users: readonly SampleUser[]): string {
  const choices = users.map(
    ({ userName, name, role, accountId, email }) =>
      `<li><button name="user" value="${escapeHtml(userName)}">${escapeHtml(name)}` +
      `<small>${escapeHtml(role)} of ${escapeHtml(accountId)}, ${escapeHtml(email)}</small></button></li>`,
  );
  return page(
    'Sign in',
    `<p>Choose who you are. Sample users have no password.</p>
<form method="post"><ul>${choices.join('')}</ul></form>`,
  );
}

/** The question before the session ends. @param form the provider's own form, which its button submits */
export function signOutPage(form: string): string {
  return page(
    'Sign out',
    `${form}<p>Do you want to sign out?</p>
<button type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button>`,
  );
}

/** What one sees after signing out with no page to return to. */
export function signedOutPage(): string {
  return page('Signed out', '<p>You are signed out.</p>');
}

export function errorPage(message: string): string {
  return page('Sign-in did not work', `<p>${escapeHtml(message)}</p>`);
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} · Waybill (local)</title>
<style>${STYLE}</style></head>
<body><main><h1>${title}</h1>${content}</main></body>
</html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
