// @module-tag feedback

import { describe, expect, test } from 'vitest';
import { feedbackRequest } from '../../../core/contract/feedback-schemas.ts';
import { listFeedback } from '../../../core/usecases/list-feedback.ts';
import { sendFeedback } from '../../../core/usecases/send-feedback.ts';
import { DAY } from '../../support/exports.ts';
import { ada, caller, createMemoryDeployment, type MemoryDeployment, val } from '../../support/memory-deployment.ts';
import { problemOf } from '../../support/problems.ts';

const mel = caller('mel', 'member');

function send({ deps }: MemoryDeployment, by = val, exportId = '', request: object = { kind: 'stale_filters' }) {
  return sendFeedback(deps, by, exportId, feedbackRequest.parse(request));
}

describe('sending feedback', () => {
  test('is for the parties of an export', async () => {
    const deployment = createMemoryDeployment();
    await deployment.stores.memberships.put(mel);
    const { exportId } = await deployment.createReady(val, { notify: ['mel@acme.test'] });
    for (const party of [val, mel, ada]) expect((await send(deployment, party, exportId)).exportId).toBe(exportId);
    expect((await problemOf(send(deployment, caller('eve', 'member'), exportId))).code).toBe('not_found');
    expect((await problemOf(send(deployment, caller('gus', 'owner', 'globex'), exportId))).code).toBe('not_found');
  });

  test.each(['create', 'createRunning'] as const)('waits until the export has ended (%s)', async (way) => {
    const deployment = createMemoryDeployment();
    const { exportId } = await deployment[way]();
    expect((await problemOf(send(deployment, val, exportId))).code).toBe('not_ready');
  });

  test('ends with the export’s erasure', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.createReady();
    await deployment.store.erase(ref, { by: 'val', at: deployment.clock.now() });
    expect((await problemOf(send(deployment, val, ref.exportId))).code).toBe('file_expired');
  });

  test('is a handful for each person and export', async () => {
    const deployment = createMemoryDeployment();
    const { exportId } = await deployment.createReady();
    for (let n = 0; n < 5; n += 1) await send(deployment, val, exportId);
    expect((await problemOf(send(deployment, val, exportId))).code).toBe('too_much_feedback');
    await send(deployment, ada, exportId);
    await send(deployment, val, (await deployment.createReady()).exportId);
  });

  test.each([
    [{ kind: 'other' }, /say what it is about/],
    [{ kind: 'other', text: '  ' }, /1 characters/],
    [{ kind: 'missing_columns', text: 'x'.repeat(2001) }, /2000/],
    [{ kind: 'missing_columns', text: 'one\nBcc: two' }, /control characters/],
    [{ kind: 'praise' }, /missing_columns/],
  ])('refuses %j', (request, message) => {
    const { success, error } = feedbackRequest.safeParse(request);
    expect(success).toBe(false);
    expect(error?.issues.map((issue) => issue.message).join()).toMatch(message);
  });
});

describe('listing feedback', () => {
  test('shows admins what was said, newest first and page by page', async () => {
    const deployment = createMemoryDeployment();
    const { exportId } = await deployment.createReady();
    for (const text of ['first', 'second', 'third']) {
      deployment.advance(1000);
      await send(deployment, val, exportId, { kind: 'other', text });
    }
    const first = await listFeedback(deployment.deps, ada, { limit: 2 });
    expect(first.data.map(({ text }) => text)).toEqual(['third', 'second']);
    expect(first).toMatchObject({ hasMore: true, limit: 2, counts: { other: 3 } });
    const rest = await listFeedback(deployment.deps, ada, { limit: 2, cursor: first.nextCursor });
    expect(rest.data).toEqual([
      expect.objectContaining({
        text: 'first',
        exportId,
        kind: 'other',
        by: { userId: 'val' },
        report: { id: 'guests', title: 'Guests' },
      }),
    ]);
    expect(rest).toMatchObject({ hasMore: false, counts: { other: 3 } });
    expect(rest).not.toHaveProperty('nextCursor');
  });

  test('counts the last 90 days by kind, for a report or for all', async () => {
    const deployment = createMemoryDeployment();
    const guests = await deployment.createReady();
    await send(deployment, val, guests.exportId, { kind: 'missing_columns' });
    deployment.advance(91 * DAY);
    const orders = await deployment.createReady(ada, { report: 'orders' });
    await send(deployment, ada, orders.exportId, { kind: 'missing_columns' });
    await send(deployment, val, guests.exportId, { kind: 'stale_filters' });
    const counts = async (report?: string) => (await listFeedback(deployment.deps, ada, { report })).counts;
    expect(await counts()).toEqual({ missing_columns: 1, stale_filters: 1, other: 0 });
    expect(await counts('guests')).toEqual({ missing_columns: 0, stale_filters: 1, other: 0 });
    expect((await listFeedback(deployment.deps, ada, { report: 'guests' })).data).toHaveLength(2);
  });

  test('is for those who read everybody’s exports', async () => {
    const { deps } = createMemoryDeployment();
    for (const who of [val, mel])
      expect((await problemOf(listFeedback(deps, who, {}))).code).toBe('permission_required');
  });
});
