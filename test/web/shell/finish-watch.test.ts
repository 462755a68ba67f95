// @module-tag told-elsewhere

import { describe, expect, test } from 'vitest';
import type { ExportView } from '../../../core/contract/export-schemas.ts';
import { exportsIn, FinishWatch } from '../../../web/src/shell/finish-watch.ts';
import { exportView } from '../support/export-views.ts';

const me = 'usr_ada';
const somebody = { email: 'ada@acme.example', name: 'Ada Adams' };

function mine(status: ExportView['status'], id = 'exp_1'): ExportView {
  return exportView({ id: id as ExportView['id'], status, requestedBy: { userId: me, ...somebody } });
}

function setUp() {
  const finished: string[] = [];
  const changes: boolean[] = [];
  const watch = new FinishWatch(me, ({ id, status }) => finished.push(`${id} ${status}`));
  watch.subscribe(() => changes.push(watch.isWatching()));
  return { watch, finished, changes };
}

describe('an export of mine', () => {
  test.each(['ready', 'failed'] as const)('that was seen moving is told once when it is %s', (status) => {
    const { watch, finished, changes } = setUp();
    watch.see([mine('queued')]);
    watch.see([mine('running')]);
    watch.see([mine(status)]);
    watch.see([mine(status)]);
    expect(finished).toEqual([`exp_1 ${status}`]);
    expect(changes).toEqual([true, false]);
  });

  test('that had ended before anybody looked is not told', () => {
    const { watch, finished, changes } = setUp();
    watch.see([mine('ready'), mine('failed', 'exp_2')]);
    expect([finished, changes]).toEqual([[], []]);
  });

  test('that was cancelled is not told: they did it themselves', () => {
    const { watch, finished } = setUp();
    watch.see([mine('running')]);
    watch.see([mine('cancelled')]);
    expect([finished, watch.isWatching()]).toEqual([[], false]);
  });

  test('is not taken up again by an answer that is older than its end', () => {
    const { watch, finished } = setUp();
    watch.see([mine('running')]);
    watch.see([mine('ready')]);
    watch.see([mine('running')]);
    watch.see([mine('ready')]);
    expect([finished, watch.isWatching()]).toEqual([['exp_1 ready'], false]);
  });

  test('that the list does not name yet is waited for, and given up when it never comes', () => {
    const { watch, finished } = setUp();
    watch.see([mine('queued')]);
    watch.seeNewest([]);
    watch.seeNewest([]);
    expect(watch.isWatching()).toBe(true);
    watch.seeNewest([mine('running')]);
    for (let n = 0; n < 2; n += 1) watch.seeNewest([]);
    expect(watch.isWatching()).toBe(true);
    watch.seeNewest([]);
    expect([watch.isWatching(), finished]).toEqual([false, []]);
  });
});

test('what others asked for is their business', () => {
  const { watch, finished, changes } = setUp();
  const theirs = { requestedBy: { userId: 'usr_mel', email: 'mel@acme.example', name: 'Mel Meyer' } };
  watch.see([exportView({ status: 'running', ...theirs })]);
  watch.see([exportView({ status: 'ready', ...theirs })]);
  expect([finished, changes]).toEqual([[], []]);
});

describe('the exports in an answer', () => {
  test('are found in one and in a list', () => {
    const one = mine('ready');
    expect(exportsIn(one)).toEqual([one]);
    expect(exportsIn({ data: [one], total: 1 })).toEqual([one]);
  });

  test('are none in a timeline, in a waybill and in nothing', () => {
    expect(exportsIn({ data: [{ version: 1, type: 'created' }] })).toEqual([]);
    expect(exportsIn({ exportId: 'exp_1' })).toEqual([]);
    expect(exportsIn(undefined)).toEqual([]);
    expect(exportsIn(null)).toEqual([]);
  });
});
