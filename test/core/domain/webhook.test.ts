import { describe, expect, test } from 'vitest';
import {
  closeNotice,
  hasFailedSince,
  isSubscribed,
  noteSuccess,
  noteTold,
  rotateSecret,
  signingSecrets,
  switchOff,
  switchOn,
  takeNotice,
} from '../../../core/domain/webhook.ts';
import { DAY, HOUR, T0 } from '../../support/exports.ts';
import { newEndpoint, secretOf } from '../../support/webhooks.ts';

const endpoint = newEndpoint(1);

describe('the secrets of an endpoint', () => {
  const rotated = rotateSecret(endpoint, secretOf('second'), T0 + HOUR);

  test.each([
    ['before a rotation', endpoint, T0, [endpoint.secret]],
    ['right after one', rotated, T0 + HOUR, [secretOf('second'), endpoint.secret]],
    ['until 24 hours after it', rotated, T0 + HOUR + DAY - 1, [secretOf('second'), endpoint.secret]],
    ['from then on', rotated, T0 + HOUR + DAY, [secretOf('second')]],
  ])('%s', (_, of, at, expected) => {
    expect(signingSecrets(of, at)).toEqual(expected);
  });

  test('are two at most: a second rotation ends the first secret', () => {
    const twice = rotateSecret(rotated, secretOf('third'), T0 + 2 * HOUR);
    expect(signingSecrets(twice, T0 + 2 * HOUR)).toEqual([secretOf('third'), secretOf('second')]);
  });

  test('do not lose the one before when a rotation is repeated', () => {
    expect(rotateSecret(rotated, secretOf('second'), T0 + 2 * HOUR)).toBe(rotated);
  });
});

describe('an endpoint', () => {
  test('hears of what it is subscribed to, while it is on', () => {
    const some = newEndpoint(1, { events: ['export.failed'] });
    expect(isSubscribed(some, 'export.failed')).toBe(true);
    expect(isSubscribed(some, 'export.ready')).toBe(false);
    expect(isSubscribed(switchOff(some, 'gone', T0), 'export.failed')).toBe(false);
    expect(isSubscribed(switchOn(switchOff(some, 'gone', T0), T0), 'export.failed')).toBe(true);
  });

  test('is switched off once, for the first reason, and on again', () => {
    const off = switchOff(endpoint, 'failing', T0 + HOUR);
    expect(off.switchedOff).toEqual({ at: T0 + HOUR, reason: 'failing', told: [], tellAt: T0 + HOUR });
    expect(switchOff(off, 'gone', T0 + 2 * HOUR)).toBe(off);
    expect(switchOn(off, T0 + DAY)).toEqual({ ...endpoint, enabledAt: T0 + DAY });
    expect(switchOn(endpoint, T0 + DAY)).toBe(endpoint);
  });

  test.each([
    ['no success at all', endpoint, T0 + HOUR, true],
    ['a success before', noteSuccess(endpoint, T0 + 5), T0 + 6, true],
    ['a success at that time', noteSuccess(endpoint, T0 + 6), T0 + 6, false],
    ['a success since', noteSuccess(noteSuccess(endpoint, T0 + 7), T0 + 5), T0 + 6, false],
    ['switched on since', { ...endpoint, enabledAt: T0 + 7 }, T0 + 6, false],
  ])('with %s: has failed since %s', (_, of, since, expected) => {
    expect(hasFailedSince(of, since)).toBe(expected);
  });
});

describe('the notice that it is off', () => {
  const off = switchOff(endpoint, 'failing', T0);

  test('is taken by one, and again a minute later', () => {
    const taken = takeNotice(off, T0);
    expect(taken && takeNotice(taken, T0 + 59_999)).toBeUndefined();
    expect(taken && takeNotice(taken, T0 + 60_000)).toBeDefined();
  });

  test('is none while it is on, nor once everybody is told', () => {
    expect(takeNotice(endpoint, T0 + HOUR)).toBeUndefined();
    expect(takeNotice(closeNotice(off), T0 + HOUR)).toBeUndefined();
    expect(closeNotice(endpoint)).toBe(endpoint);
  });

  test('remembers whom it was told to', () => {
    const told = noteTold(noteTold(noteTold(off, 'olga'), 'otto'), 'olga');
    expect(told.switchedOff?.told).toEqual(['olga', 'otto']);
    expect(noteTold(endpoint, 'olga')).toBe(endpoint);
  });
});
