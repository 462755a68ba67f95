import { expect, test } from 'vitest';
import { downloadLinkFor } from '../../../core/domain/download-link.ts';
import { DAY, newExport, T0 } from '../../support/exports.ts';

const expiryOf = (fileDays: number | undefined, now = T0) =>
  downloadLinkFor(newExport(1, fileDays === undefined ? {} : { expiresAt: T0 + fileDays * DAY }), 'mel', now).expiresAt;

test('names the export and its recipient', () => {
  const record = newExport(1);
  expect(downloadLinkFor(record, 'mel', T0)).toMatchObject({
    accountId: 'acme',
    exportId: record.id,
    recipientUserId: 'mel',
  });
});

test('lives a week, but never longer than the file', () => {
  expect(expiryOf(30)).toBe(T0 + 7 * DAY);
  expect(expiryOf(7)).toBe(T0 + 7 * DAY);
  expect(expiryOf(1)).toBe(T0 + DAY);
  expect(expiryOf(7, T0 + 5 * DAY)).toBe(T0 + 7 * DAY);
  expect(expiryOf(undefined)).toBe(T0 + 7 * DAY);
});

test('is told in whole seconds, as tokens hold it', () => {
  expect(expiryOf(30, T0 + 1_999)).toBe(T0 + 1_000 + 7 * DAY);
});
