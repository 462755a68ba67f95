// @module-tag mail-injection

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { momentText, oneLine, sizeText } from '../../../../core/domain/mail/wording.ts';

describe('sizeText', () => {
  test.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1_000, '1 KB'],
    [12_345, '12.3 KB'],
    [999_499, '999 KB'],
    [999_500, '1 MB'],
    [341_234_567, '341 MB'],
    [84_000_000_000, '84 GB'],
    [5_000_000_000_000_000, '5,000 TB'],
  ])('%i is %s', (bytes, text) => expect(sizeText(bytes)).toBe(text));
});

describe('momentText', () => {
  test.each([
    ['2026-11-29T12:51:00Z', 'Europe/Berlin', 'Sunday 29 November 2026 at 13:51 (Europe/Berlin, GMT+1)'],
    ['2026-07-01T22:30:00Z', 'Europe/Berlin', 'Thursday 2 July 2026 at 00:30 (Europe/Berlin, GMT+2)'],
    ['2026-01-01T00:05:00Z', 'America/New_York', 'Wednesday 31 December 2025 at 19:05 (America/New_York, GMT-5)'],
    ['2026-01-01T00:05:00Z', 'Asia/Kathmandu', 'Thursday 1 January 2026 at 05:50 (Asia/Kathmandu, GMT+5:45)'],
    ['2026-01-01T00:05:00Z', 'UTC', 'Thursday 1 January 2026 at 00:05 (UTC)'],
  ])('%s in %s', (instant, timeZone, text) => expect(momentText(Date.parse(instant), timeZone)).toBe(text));
});

describe('oneLine', () => {
  test.each([
    ['Ready\r\nBcc: eve@evil.example', 'Ready Bcc: eve@evil.example'],
    ['  a \t\u0085 b\u2028c\u0000 ', 'a b c'],
    ['invoice\u202egpj.exe', 'invoicegpj.exe'],
    ['\u2066a\u2069\u200f\u061c\u200b\ufeff', 'a'],
    ['half \ud83d', 'half \ufffd'],
    ['👩‍🔬 شرکت‌ها', '👩‍🔬 شرکت‌ها'],
  ])('%j becomes %j', (text, line) => expect(oneLine(text, 100)).toBe(line));

  test('cuts between characters, not within', () => {
    expect(oneLine('😀😀😀', 3)).toBe('😀😀😀');
    expect(oneLine('😀😀😀😀', 3)).toBe('😀😀…');
    expect(oneLine('word and more', 6)).toBe('word…');
  });

  test('of anything is a line of at most that length', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.integer({ min: 1, max: 100 }),
        (text, maxLength) => {
          const line = oneLine(text, maxLength);
          expect([...line].length).toBeLessThanOrEqual(maxLength);
          expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]|^\s|\s$/u);
          expect(line.isWellFormed()).toBe(true);
        },
      ),
    );
  });
});
