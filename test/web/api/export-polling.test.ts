// @module-tag quiet-polls

import { describe, expect, test } from 'vitest';
import { pollInterval } from '../../../web/src/api/export-polling.ts';
import { exportView } from '../support/export-views.ts';

const now = Date.parse('2026-11-22T16:00:00.000Z');
const at = (seconds: number) => new Date(now + seconds * 1000).toISOString();
const resting = exportView({ status: 'cancelled', endedAt: at(-3600) });

function mail(state: 'sent' | 'delivered', seconds: number) {
  return { email: 'ada@acme.example', kind: 'ready' as const, state, at: at(seconds) };
}

describe('how soon to look again', () => {
  test.each(['queued', 'running'] as const)('often while one is %s, seldom when nobody looks', (status) => {
    const views = [resting, exportView({ status })];
    expect(pollInterval(views, now, true)).toBe(2_000);
    expect(pollInterval(views, now, false)).toBe(30_000);
  });

  test('never when all is at rest', () => {
    expect(pollInterval([], now, true)).toBe(false);
    expect(pollInterval([resting], now, true)).toBe(false);
    expect(pollInterval([exportView({ status: 'failed', endedAt: at(-60) })], now, true)).toBe(false);
  });

  test('for a while after the end, as mails begin then', () => {
    expect(pollInterval([exportView({ endedAt: at(-29) })], now, true)).toBe(5_000);
    expect(pollInterval([exportView({ endedAt: at(-29) })], now, false)).toBe(30_000);
    expect(pollInterval([exportView({ endedAt: at(-31) })], now, true)).toBe(false);
  });

  test('until a mail has arrived, or has had the time to', () => {
    expect(pollInterval([exportView({ endedAt: at(-90), notifications: [mail('sent', -80)] })], now, true)).toBe(5_000);
    expect(pollInterval([exportView({ endedAt: at(-90), notifications: [mail('delivered', -80)] })], now, true)).toBe(
      false,
    );
    expect(pollInterval([exportView({ endedAt: at(-900), notifications: [mail('sent', -800)] })], now, true)).toBe(
      false,
    );
  });

  test('when the next file expires', () => {
    const views = [exportView({ expiresAt: at(7200) }), exportView({ expiresAt: at(3600) })];
    expect(pollInterval(views, now, true)).toBe(3_601_000);
    expect(pollInterval([exportView({ expiresAt: at(30 * 86_400) })], now, true)).toBe(86_400_000);
    // One that the server still calls ready is not asked for without a pause.
    expect(pollInterval([exportView({ expiresAt: at(-10) })], now, true)).toBe(5_000);
  });
});
