// @module-tag sign-out-and-in
// @module-tag sessions

import { describe, expect, test } from 'vitest';
import { returnPath } from '../../../web/src/session/return-path.ts';

const origin = 'https://reports.example';

describe('where a sign-in leads back to', () => {
  test.each([
    '/',
    '/?status=ready&page=2',
    '/events/1003/reports#x',
    '/download/a.b-c_d',
    '/x?to=https://evil.example',
  ])('the page it began on: %s', (path) => {
    expect(returnPath(path, origin)).toBe(path);
  });

  test.each([
    '//evil.example',
    '//evil.example/signed-in',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n\\evil.example',
    '/.//evil.example',
    'https://evil.example/',
    'https:evil.example',
    'javascript:alert(1)',
    ' //evil.example',
    '//',
    '///',
  ])('never another site: %j', (hostile) => {
    const path = returnPath(hostile, origin);
    expect(new URL(path, origin).origin).toBe(origin);
    expect(path).toBe('/');
  });

  test.each(['/signed-in?code=1&state=2', '/signed-out'])('never the sign-in itself: %s', (path) => {
    expect(returnPath(path, origin)).toBe('/');
  });

  test.each([undefined, null, 42, {}, ['/x'], ''])('the list, when nothing was kept: %j', (kept) => {
    expect(returnPath(kept, origin)).toBe('/');
  });
});
