// @module-tag never-back

import { expect, test } from 'vitest';
import { conditional, prefixOfTag } from '../../lambdas/middleware/responses.ts';

const answer = (body: object, tagPrefix: string, ifNoneMatch?: string) =>
  conditional(body, ifNoneMatch, { headers: { 'retry-after': '2' }, tagPrefix });
const tagOf = ({ headers }: ReturnType<typeof conditional>) => String(headers?.etag);

test('the tag of an answer brings back what stands before the hash', () => {
  const etag = tagOf(answer({ rows: 1 }, '3-2-1-abc-'));
  expect(prefixOfTag(etag)).toBe('3-2-1-abc-');
  expect(prefixOfTag(`W/${etag}, "other"`)).toBe('3-2-1-abc-');
  for (const other of [undefined, '', '*', '"another"', '"', '.']) expect(prefixOfTag(other)).toBe('');
});

test('the same body is not sent again, whatever stands before the hash, and keeps the tag under which it was sent', () => {
  const etag = tagOf(answer({ rows: 1 }, 'before'));
  const same = answer({ rows: 1 }, 'after', `"other", W/${etag}`);
  expect(same).toMatchObject({ statusCode: 304, headers: { etag, 'retry-after': '2' } });
  expect(same).not.toHaveProperty('body');
  expect(answer({ rows: 1 }, 'after', '*')).toMatchObject({ statusCode: 304 });
});

test('another body is sent, and so is one whose tag only looks alike', () => {
  const etag = tagOf(answer({ rows: 1 }, 'before'));
  expect(answer({ rows: 2 }, 'before', etag)).toMatchObject({ statusCode: 200, body: '{"rows":2}' });
  expect(answer({ rows: 1 }, 'before', etag.slice(0, -2))).toMatchObject({ statusCode: 200 });
  expect(answer({ rows: 1 }, 'before', '"before."')).toMatchObject({ statusCode: 200 });
  expect(tagOf(answer({ rows: 1 }, 'after', '"before."'))).not.toBe(etag);
});
