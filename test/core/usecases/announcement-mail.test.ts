import { describe, expect, test } from 'vitest';
import { failureOf } from '../../../core/domain/failure.ts';
import { announcementMail } from '../../../core/usecases/announcement-mail.ts';
import { DAY, exportId, file, newExport, T0 } from '../../support/exports.ts';
import { caller, createMemoryDeployment } from '../../support/memory-deployment.ts';

const { deps } = createMemoryDeployment();
const mel = caller('mel', 'member');
const requester = { ...caller('ada', 'admin'), name: 'Ada King' };
const ready = newExport(1, { status: 'ready', file, expiresAt: T0 + 3 * DAY, note: 'For the board' });
const failed = (code: 'too_large' | 'stuck_in_queue', retriedBy?: ReturnType<typeof exportId>) =>
  newExport(1, { status: 'failed', failure: failureOf(code), ...(retriedBy && { retriedBy }) });

describe('the mail about a file', () => {
  test('says what it is and until when, and leads to it by a link of its reader’s own', async () => {
    const { subject, text } = await announcementMail(deps, ready, mel);
    expect(subject).toBe('Your Orders export is ready');
    for (const said of ['Ada exported Orders', 'orders.csv', '1,000,000', 'For the board', 'CSV']) {
      expect(text).toContain(said);
    }
    const token = /https:\/\/reports\.test\/download\/(\S+)/.exec(text)?.[1] ?? '';
    const link = { accountId: 'acme', exportId: exportId(1), recipientUserId: 'mel', expiresAt: T0 + 3 * DAY };
    expect(await deps.links.verify(token)).toEqual(link);
  });

  test('addresses the requester as the one who asked, whatever they are called by now', async () => {
    expect((await announcementMail(deps, ready, requester)).text).toContain('export you asked for is ready');
  });
});

describe('the mail about a failure', () => {
  test('says why, and what to do, and leads to the export', async () => {
    const { subject, text } = await announcementMail(deps, failed('too_large'), requester);
    expect(subject).toBe('Your Orders export failed');
    expect(text).toContain(failureOf('too_large').message);
    expect(text).toMatch(/What to do: .*narrower date range/);
    expect(text).toContain(`https://reports.test/exports/${exportId(1)}\n`);
  });

  test('of one that was started once more says so, and leads to where it goes on', async () => {
    const { text } = await announcementMail(deps, failed('stuck_in_queue', exportId(2)), requester);
    expect(text).toContain('It has been started once more by itself.');
    expect(text).toContain('nothing to do: it runs again');
    expect(text).toContain(`https://reports.test/exports/${exportId(2)}\n`);
    expect(text).not.toContain('retry it');
  });
});
