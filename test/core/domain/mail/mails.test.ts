// @module-tag mail-injection
// @module-tag what-a-mail-says

import fc from 'fast-check';
import { XMLValidator } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { type AccessRequestFacts, accessRequestMail } from '../../../../core/domain/mail/access-request-mail.ts';
import { type FailedFacts, failedMail } from '../../../../core/domain/mail/failed-mail.ts';
import type { MailContent } from '../../../../core/domain/mail/mail-content.ts';
import { type ReadyFacts, readyMail } from '../../../../core/domain/mail/ready-mail.ts';
import { accessRequestFacts, failedFacts, readyFacts } from './mail-facts.ts';

/** The tags of a document, attributes included where nothing from outside can be in them. */
function tagsOf(html: string): string[] {
  return [...html.matchAll(/<[^>]+>/g)].map(([tag]) => tag.replace(/ href="[^"]*"/, ' href'));
}

function linksOf(html: string): string[] {
  return [...html.matchAll(/ href="([^"]*)"/g)].map(([, link = '']) => link.replaceAll('&amp;', '&'));
}

/** What a reader sees of the HTML, entities resolved. */
function visible(html: string): string {
  const [, body = ''] = /<body[^>]*>([\s\S]*)<\/body>/.exec(html) ?? [];
  return body
    .replace(/<[^>]+>/g, ' ')
    .replace(/&(lt|gt|quot|#39);/g, (_, name: string) => ({ lt: '<', gt: '>', quot: '"', '#39': "'" })[name] ?? '')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');
}

const ready = (change: Partial<ReadyFacts> = {}) => readyMail({ ...readyFacts, ...change });
const failed = (change: Partial<FailedFacts> = {}) => failedMail({ ...failedFacts, ...change });
const asked = (change: Partial<AccessRequestFacts> = {}) => accessRequestMail({ ...accessRequestFacts, ...change });

describe('a finished export', () => {
  const mail = ready();

  test('is announced by its report', () => expect(mail.subject).toBe('Your Orders export is ready'));

  test.each([
    'Hello Mel Brooks,',
    'Ada Lovelace exported Orders',
    'Spring Fair',
    'orders-2026-11-22-0190a1b2.csv',
    '12.3 MB',
    '1,204,331',
    'CSV',
    'Tuesday 22 December 2026 at 13:51 (Europe/Berlin, GMT+1)',
    'The link works until Sunday 29 November 2026 at 13:51 (Europe/Berlin, GMT+1).',
    'asks you to sign in, and your access to the report is checked again',
    'For the board',
    'because Ada Lovelace named you as a recipient of this export in the account acme.',
  ])('says in both parts: %s', (text) => {
    expect(mail.text).toContain(text);
    expect(visible(mail.html)).toContain(text);
  });

  test('is announced to the requester in other words', () => {
    const { text } = ready({ recipientName: 'Ada Lovelace' });
    expect(text).toContain('The Orders export you asked for is ready to download.');
    expect(text).toContain('because you asked for this export');
    expect(text).not.toContain('named you');
  });

  test('of several files says how many, and leads to them', () => {
    const { text, html } = ready({ partFiles: 16 });
    for (const shown of [text, visible(html)]) {
      expect(shown).toContain('the files are ready for you to download');
      expect(shown).toContain('orders-2026-11-22-0190a1b2.csv in 16 part files');
      expect(shown).toContain('See the files');
    }
    expect(ready({ partFiles: 1 })).toEqual(ready());
  });

  test('of everything, without a note, mentions neither', () => {
    const { text, html } = ready({ scopeLabel: undefined, note: undefined });
    expect(text).not.toMatch(/Limited to|Note/);
    expect(html).not.toMatch(/Limited to|Note/);
  });
});

describe('a failed export', () => {
  const mail = failed();

  test('is announced by its report', () => expect(mail.subject).toBe('Your Orders export failed'));

  test.each([
    'The Orders export that Ada Lovelace asked for failed. There is no file.',
    'Wednesday 22 July 2026 at 14:50 (Europe/Berlin, GMT+2)',
    'The query took too long.',
    'For the board',
  ])('says in both parts: %s', (text) => {
    expect(mail.text).toContain(text);
    expect(visible(mail.html)).toContain(text);
  });

  test.each([
    [{ retryable: true, narrowerFilters: false }, /retry it/, /narrower date range/],
    [{ retryable: false, narrowerFilters: true }, /narrower date range/, /retry/],
    [{ retryable: true, narrowerFilters: true }, /narrower date range, or retry it/, /would fail/],
    [{ retryable: false, narrowerFilters: false }, /would fail in the same way/, /retry it|narrower/],
    [{ retryable: true, startedAgain: true }, /nothing to do: it runs again/, /retry it|would fail/],
  ])('says what to do when %j', (change, said, unsaid) => {
    const { text, html } = failed(change);
    for (const part of [text, visible(html)]) {
      expect(part).toMatch(said);
      expect(part).not.toMatch(unsaid);
    }
  });
});

describe('somebody who asks for a report', () => {
  const mail = asked();

  test('is announced by name and report', () => expect(mail.subject).toBe('Val Vega asks for access to Orders'));

  test.each([
    'Hello Olga Owens,',
    'Val Vega (val@acme.example)',
    'acme',
    'The board asks for it',
    'change their role if they should have it',
    'because you are an owner of the account acme.',
  ])('says in both parts: %s', (text) => {
    expect(mail.text).toContain(text);
    expect(visible(mail.html)).toContain(text);
  });

  test('sends admins, who cannot change roles, to the owners', () => {
    const { text } = asked({ mayDecide: false });
    expect(text).toContain('the owners of acme, who have this mail too, can change the role');
    expect(text).not.toContain('change their role');
  });

  test('without a reason, gives none', () => expect(asked({ reason: undefined }).text).not.toContain('Reason'));
});

describe.each([
  ['access request', asked(), accessRequestFacts.link],
  ['ready', ready(), readyFacts.link],
  ['failed', failed(), failedFacts.link],
])('the HTML of the %s mail', (_, { subject, text, html }, link) => {
  test('is well-formed, and names its language', () => {
    expect(XMLValidator.validate(html)).toBe(true);
    expect(XMLValidator.validate(html.replace('</h1>', ''))).not.toBe(true);
    expect(html).toMatch(/^<!DOCTYPE html>\n<html lang="en"/);
  });

  test('links to one place, which the text names too', () => {
    expect(new Set(linksOf(html))).toEqual(new Set([link]));
    expect(text.split('\n')).toContain(link);
    expect(visible(html)).toContain(link);
  });

  test('loads nothing and runs nothing', () => {
    expect(html).not.toMatch(/<(script|img|link|iframe|form|base|object|svg)\b|\bsrc=|url\(|@import|\son\w+=/i);
    // The name of a format, never fetched.
    expect(html.replace('xmlns="http://www.w3.org/1999/xhtml"', '').match(/https?:/g)).toHaveLength(3);
  });

  test('is laid out by tables of at most 600 px that screen readers pass over', () => {
    const tables = html.match(/<table[^>]*>/g) ?? [];
    expect(tables.filter((table) => !table.includes('role="presentation"'))).toEqual([]);
    expect(html).toContain('width="100%"');
    expect([...html.matchAll(/(?:max-width:|width=")(\d+)(?:px|")/g)].every(([, px]) => Number(px) <= 600)).toBe(true);
  });

  test('has colours of its own in the dark', () => {
    expect(html).toContain('<meta name="color-scheme" content="light dark" />');
    const sheet = /@media \(prefers-color-scheme:dark\)\{(.*)\}<\/style>/.exec(html)?.[1] ?? '';
    for (const [, name] of sheet.matchAll(/\.(\w+)\{/g)) expect(html).toContain(`class="${name}"`);
    for (const [, name] of html.matchAll(/class="(\w+)"/g)) expect(sheet).toContain(`.${name}{`);
  });

  test('begins with the news, for lists of mails', () => {
    const [, hidden = ''] = /<body[^>]*>\s*<div style="display:none;[^"]*">([^<]*)<\/div>/.exec(html) ?? [];
    expect(hidden).not.toBe('');
    expect(text).toContain(hidden);
    expect(hidden).not.toBe(subject);
  });
});

describe('whatever comes from outside', () => {
  const long = 'x'.repeat(10_000);
  const hostile = [
    '</td></tr></table><script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    'Ready\r\nBcc: eve@evil.example\r\n\r\nbody',
    'gnp.\u202eexe\u2066',
    '<!-- ]]> <![endif]--> &lt; &amp; &#0;',
    '-- \nforged',
    long,
    '',
  ];
  const inReady = (text: string) =>
    ready({
      reportTitle: text,
      scopeLabel: text,
      accountId: text,
      fileName: text,
      note: text,
      requestedByName: text,
      recipientName: `${text}.`,
    });
  const inFailed = (text: string) =>
    failed({
      reportTitle: text,
      accountId: text,
      message: text,
      note: text,
      requestedByName: text,
      recipientName: `${text}.`,
    });

  const inAsked = (text: string) =>
    asked({
      reportTitle: text,
      accountId: text,
      requesterName: text,
      requesterEmail: text,
      reason: text,
      recipientName: text,
    });

  /** Outside text may fill the places it has, but never make, break or reorder anything around them. */
  function expectHarmless(mail: MailContent, harmless: MailContent): void {
    expect(tagsOf(mail.html)).toEqual(tagsOf(harmless.html));
    expect(linksOf(mail.html)).toEqual(linksOf(harmless.html));
    expect(mail.text.split('\n')).toHaveLength(harmless.text.split('\n').length);
    for (const part of [mail.subject, mail.text, mail.html]) {
      expect(part.replaceAll('\n', ' ')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
      expect(part.isWellFormed()).toBe(true);
    }
    expect(mail.subject).not.toContain('\n');
    expect(mail.subject.length).toBeLessThan(250);
    expect(mail.html.length).toBeLessThan(40_000);
  }

  test.each(hostile)('%j stays where it belongs', (text) => {
    expectHarmless(inReady(text), inReady('x'));
    expectHarmless(inFailed(text), inFailed('x'));
    expectHarmless(inAsked(text), inAsked('x'));
    expect(XMLValidator.validate(inReady(text).html)).toBe(true);
  });

  test('stays where it belongs, whatever it is', () => {
    const [plainReady, plainFailed, plainAsked] = [inReady('x'), inFailed('x'), inAsked('x')];
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expectHarmless(inReady(text), plainReady);
        expectHarmless(inFailed(text), plainFailed);
        expectHarmless(inAsked(text), plainAsked);
      }),
    );
  });

  test('would be noticed if it did not', () => {
    const mail = inReady('x');
    const broken = { ...mail, html: mail.html.replace('>x<', '><b>x</b><') };
    expect(() => expectHarmless(broken, mail)).toThrow();
  });

  test('can still be read', () => {
    const { html, text } = ready({ note: `Bücher & <Größen> "für" Ada's 会議 👩‍🔬` });
    expect(visible(html)).toContain(`Bücher & <Größen> "für" Ada's 会議 👩‍🔬`);
    expect(text).toContain(`Bücher & <Größen> "für" Ada's 会議 👩‍🔬`);
  });
});
