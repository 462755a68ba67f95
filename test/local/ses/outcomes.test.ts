// @module-tag local-mail-simulator

import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../temp-dir.ts';
import { startSes } from './local-ses.ts';

const delivered = ['Email Sent', 'Email Delivered'];
const bounced = ['Email Sent', 'Email Bounced: General'];
const complained = [...delivered, 'Email Complaint Received'];
const suppressed = ['Email Sent', 'Email Bounced: OnAccountSuppressionList'];

describe('what becomes of a mail', () => {
  test.each([
    ['ada@acme.example', delivered],
    ['success@simulator.amazonses.com', delivered],
    ['bounce@simulator.amazonses.com', bounced],
    ['bounce+label@simulator.amazonses.com', bounced],
    ['complaint@simulator.amazonses.com', complained],
    ['suppressionlist@simulator.amazonses.com', ['Email Sent', 'Email Bounced: Suppressed']],
    ['mel+bounce@acme.example', bounced],
    ['mel+complaint-1@acme.example', complained],
    ['mel@bounce.example', delivered],
  ])('to %s', async (to, events) => {
    const { outcomeOf } = await startSes();
    expect(await outcomeOf(to)).toEqual(events);
  });

  test.each(['mel+bounce@acme.example', 'mel+complaint@acme.example'])('next to %s: it is not tried', async (to) => {
    const directory = await temporaryDirectory();
    const { outcomeOf, mailbox } = await startSes({ directory });
    await outcomeOf(to);
    expect(await outcomeOf(to.toUpperCase())).toEqual(suppressed);
    expect(mailbox.list()[0]?.outcome).toBe('suppressed');
    expect(await outcomeOf('ada@acme.example')).toEqual(delivered);
    expect(await (await startSes({ directory })).outcomeOf(to)).toEqual(suppressed);
  });

  test('to the simulator, however often', async () => {
    const { outcomeOf } = await startSes();
    for (const _ of [1, 2]) expect(await outcomeOf('bounce@simulator.amazonses.com')).toEqual(bounced);
  });

  test('where the configuration set suppresses nothing', async () => {
    const { outcomeOf } = await startSes({ configurationSet: { suppressedReasons: ['COMPLAINT'] } });
    for (const _ of [1, 2]) expect(await outcomeOf('mel+bounce@acme.example')).toEqual(bounced);
  });
});
