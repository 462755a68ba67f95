// @module-tag webhooks-switched-off

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { switchOff } from '../../../core/domain/webhook.ts';
import { abandoned, afterTry, endpointAfter, type WebhookDelivery } from '../../../core/domain/webhook-delivery.ts';
import { DAY, HOUR, T0 } from '../../support/exports.ts';
import { newDelivery, newEndpoint } from '../../support/webhooks.ts';

const MINUTE = 60_000;
const endpoint = newEndpoint(1);
const fresh = newDelivery(endpoint, 0);
const refusal = (at: number) => ({ at, durationMs: 3, reason: 'the connection was refused' });

/** Every try fails at the instant it is due. */
function failedThrough(random: number): readonly WebhookDelivery[] {
  const steps = [fresh];
  for (let last = fresh; last.nextTryAt !== undefined; last = steps.at(-1) ?? last) {
    steps.push(afterTry(last, refusal(last.nextTryAt), random));
    if (steps.length > 100) throw new Error('it never ends');
  }
  return steps;
}

describe('the tries of a delivery', () => {
  test('wait longer and longer: eleven in 24 hours, and then it has failed', () => {
    const steps = failedThrough(0);
    const { tries, state } = steps.at(-1) ?? fresh;
    const minutes = tries.map(({ at }) => (at - T0) / MINUTE);
    expect(minutes).toEqual([0, 1, 5, 15, 30, 60, 120, 240, 480, 960, 1440]);
    expect(state).toBe('failed');
    expect(steps.slice(0, -1).every((step) => step.state === 'pending')).toBe(true);
  });

  test('are never earlier than that, and by a tenth of the wait later at most', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (random) => {
        const { tries } = failedThrough(random).at(-1) ?? fresh;
        const last = (tries.at(-1)?.at ?? 0) - T0;
        expect(last).toBeGreaterThanOrEqual(DAY);
        expect(last).toBeLessThanOrEqual(1.1 * DAY + 10);
      }),
    );
  });

  test.each([
    [{ status: 200 }, 'delivered'],
    [{ status: 204 }, 'delivered'],
    [{ status: 299 }, 'delivered'],
    [{ status: 410 }, 'failed'],
    [{ status: 199 }, 'pending'],
    [{ status: 301 }, 'pending'],
    [{ status: 307 }, 'pending'],
    [{ status: 400 }, 'pending'],
    [{ status: 404 }, 'pending'],
    [{ status: 429 }, 'pending'],
    [{ status: 500 }, 'pending'],
    [{ reason: 'no answer in time' }, 'pending'],
  ] as const)('that answer %j: %s', (answer, state) => {
    const made = { at: T0, durationMs: 7, ...answer };
    const after = afterTry(fresh, made, 0);
    expect(after).toMatchObject({ state, tries: [made] });
    expect(after.nextTryAt).toBe(state === 'pending' ? T0 + MINUTE : undefined);
  });

  test('end with a success at any of them', () => {
    const [, , third] = failedThrough(0);
    const after = afterTry(third ?? fresh, { at: T0 + HOUR, durationMs: 7, status: 200 }, 0);
    expect(after).toMatchObject({ state: 'delivered', tries: [{}, {}, { status: 200 }] });
    expect(after).not.toHaveProperty('nextTryAt');
  });

  test('end without one when it is given up', () => {
    const { nextTryAt: _, ...kept } = fresh;
    expect(abandoned(fresh)).toEqual({ ...kept, state: 'failed' });
  });
});

describe('what a try makes of the endpoint', () => {
  const givenUp = failedThrough(0).at(-1) ?? fresh;
  const end = givenUp.tries.at(-1)?.at ?? 0;
  const answered = (status: number) => afterTry(fresh, { at: T0 + 9, durationMs: 1, status }, 0);

  test.each([
    ['a success is remembered', endpoint, answered(200), { ...endpoint, lastSuccessAt: T0 + 9 }],
    ['410 switches it off', endpoint, answered(410), switchOff(endpoint, 'gone', T0 + 9)],
    ['a failure with tries left: nothing', endpoint, answered(500), endpoint],
    ['the last failure switches it off', endpoint, givenUp, switchOff(endpoint, 'failing', end)],
    [
      'the last failure after another success: nothing',
      { ...endpoint, lastSuccessAt: T0 + HOUR },
      givenUp,
      { ...endpoint, lastSuccessAt: T0 + HOUR },
    ],
    [
      'the last failure of what is older than its being switched on: nothing',
      { ...endpoint, enabledAt: T0 + HOUR },
      givenUp,
      { ...endpoint, enabledAt: T0 + HOUR },
    ],
    ['given up without a try: nothing', endpoint, abandoned(fresh), endpoint],
  ])('%s', (_, before, delivery, after) => {
    expect(endpointAfter(before, delivery)).toEqual(after);
  });
});
