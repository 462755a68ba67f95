import type { ServerResponse } from 'node:http';
import type { StoredMail } from '../ses/mailbox.ts';

/** Styles inside the page, links out of it, and nothing else: what a careful mail client would allow. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; " +
  'sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation';

/** Shows the HTML part of a mail as its reader sees it, or its text when it has no other part. */
export function sendMailPage(response: ServerResponse, { html, text }: StoredMail): void {
  const [type, body] = html === '' ? ['text/plain', text] : ['text/html', html];
  response
    .writeHead(200, {
      'content-type': `${type}; charset=utf-8`,
      'content-security-policy': policy,
      'cache-control': 'no-store',
    })
    .end(body);
}
