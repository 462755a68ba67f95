// @module-tag drawer

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { notificationStates } from '../../../core/domain/notification.ts';
import { eventText } from '../../../web/src/detail/event-text.ts';
import { nameFinder } from '../../../web/src/detail/people.ts';

const requestedBy = { userId: 'usr_ada', email: 'ada@acme.example', name: 'Ada Adams' };
const nameOf = nameFinder({ requestedBy }, undefined);

function textOf(type: string, details: Record<string, string | number | boolean> = {}, by = 'system') {
  return eventText({ version: 1, type, at: '2026-11-22T16:00:00.000Z', by, details }, nameOf);
}

/** The types of event that the rules of the domain write. */
function writtenTypes(): string[] {
  const folder = 'core/domain';
  const sources = readdirSync(folder, { encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && name !== 'report.ts')
    .map((name) => readFileSync(`${folder}/${name}`, 'utf8'));
  const literals = sources.flatMap((source) =>
    [...source.matchAll(/\btype: '([a-z_]+)'/g)].map(([, type = '']) => type),
  );
  return [...literals, 'ready', 'failed', 'cancelled', ...notificationStates.map((state) => `mail_${state}`)];
}

test('every type of event that is written has words of its own', () => {
  const types = writtenTypes();
  expect(types.length).toBeGreaterThan(20);
  const wordless = types.filter((type) => textOf(type, { to: 'usr_ada' }).text === type.replaceAll('_', ' '));
  expect(wordless).toEqual([]);
});

test('an event of an unknown type is called by its name', () => {
  expect(textOf('moved_to_archive')).toEqual({ text: 'moved to archive', tone: 'quiet' });
});

test.each([
  ['created', { format: 'csv' }, 'Requested as CSV'],
  ['measured', { rows: 1, exact: true }, '1 row to export'],
  ['measured', { rows: 37460, exact: false }, 'About 37,460 rows to export'],
  ['released', { attempt: 1, reason: 'source_unavailable' }, 'Attempt 1 was given up: the data source did not answer'],
  ['released', { attempt: 2, reason: 'stopped' }, 'Attempt 2 was given up: its worker was stopped'],
  ['ready', { rows: 10, bytes: 2_500 }, 'Ready: 10 rows, 2.5 kB'],
  ['ready', { rows: 10, bytes: 2_500, partFiles: 16 }, 'Ready: 10 rows, 2.5 kB, in 16 files'],
  ['ready', { rows: 10, bytes: 2_500, partFiles: 1 }, 'Ready: 10 rows, 2.5 kB'],
  ['downloaded', { via: 'api', part: 3 }, 'Download started: file 3'],
  ['downloaded', { via: 'link' }, 'Download started from the link in a mail'],
  ['download_refused', { code: 'permission_revoked' }, 'Download refused: the permission was withdrawn'],
  ['download_refused', { code: 'brand_new' }, 'Download refused: brand_new'],
  ['mail_bounced', { to: 'usr_ada' }, 'Mail to Ada Adams bounced'],
  ['mail_asked_for', { to: 'usr_ada usr_mel' }, 'Mail asked for again, to Ada Adams, usr_mel'],
])('%s %o reads "%s"', (type, details, text) => {
  expect(textOf(type, details, 'usr_ada').text).toBe(text);
});

test('an export that started by itself says so', () => {
  expect(textOf('created', { format: 'csv' }, 'system').text).toBe('Started once more by itself, as CSV');
});

test('failures stand out, and point at the retry', () => {
  expect(textOf('failed', { code: 'stuck_in_queue', retriedBy: 'exp_2' })).toEqual({
    text: 'Failed: it waited too long for a worker',
    tone: 'failed',
    exportId: 'exp_2',
  });
  expect(textOf('retried', { retriedBy: 'exp_2' }).exportId).toBe('exp_2');
});

test('people go by their names as far as they are known', () => {
  const me = { user: { id: 'usr_mel', email: 'mel@acme.example', name: 'Mel Meyer' } } as Parameters<
    typeof nameFinder
  >[1];
  const name = nameFinder({ requestedBy }, me);
  expect(['worker', 'system', 'usr_ada', 'usr_mel', 'usr_val'].map(name)).toEqual([
    'Waybill',
    'Waybill',
    'Ada Adams',
    'Mel Meyer (you)',
    'usr_val',
  ]);
});

test('somebody who was erased goes by their id', () => {
  expect(nameFinder({ requestedBy: { userId: 'usr_ada', email: '', name: '' } }, undefined)('usr_ada')).toBe('usr_ada');
});
