import { describe, expect, test } from 'vitest';
import type { ExportView } from '../../../core/contract/export-schemas.ts';
import type { Permission } from '../../../core/domain/permissions.ts';
import { offeredActions } from '../../../web/src/export/offered-actions.ts';
import { exportView } from '../support/export-views.ts';

function person(id: string, permissions: Permission[] = []) {
  return { user: { id, email: '', name: '' }, permissions };
}

const requester = person('usr_ada');

function failed(code: string, retryable: boolean): Partial<ExportView> {
  return { status: 'failed', failure: { code, message: '', retryable, narrowerFilters: false } };
}

describe('what is offered', () => {
  test.each<[string, Partial<ExportView>, string[], string[]]>([
    ['queued', { status: 'queued' }, ['cancel'], []],
    ['running', { status: 'running' }, ['cancel'], []],
    ['being cancelled', { status: 'running', cancelRequested: true }, [], []],
    ['ready', { status: 'ready' }, ['download', 'rerun'], ['change', 'resend', 'feedback', 'remove']],
    ['failed, worth a retry', failed('internal', true), ['retry'], ['change', 'resend', 'feedback', 'remove']],
    ['failed for good', failed('too_large', false), [], ['change', 'rerun', 'resend', 'feedback', 'remove']],
    ['cancelled', { status: 'cancelled' }, ['rerun'], ['change', 'feedback', 'remove']],
    ['expired', { status: 'expired' }, ['rerun'], ['change', 'feedback', 'remove']],
    ['deleted', { status: 'expired', columns: [] }, [], []],
  ])('%s', (_, view, visible, menu) => {
    expect(offeredActions(exportView(view), requester)).toEqual({ visible, menu });
  });

  test('mails and deletion are for the requester and for those who read everything', () => {
    const shared = exportView();
    expect(offeredActions(shared, person('usr_mel')).menu).toEqual(['change', 'feedback']);
    expect(offeredActions(shared, person('usr_olga', ['exports:read-all'])).menu).toContain('remove');
    expect(offeredActions(shared, undefined).menu).toEqual(['change', 'feedback']);
  });
});
