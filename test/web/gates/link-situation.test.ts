// @module-tag slow-exports-and-old-links

import { describe, expect, test } from 'vitest';
import { problems } from '../../../core/domain/problem.ts';
import { ProblemError, UnreachableError } from '../../../web/src/api/problem-error.ts';
import { linkSituation } from '../../../web/src/gates/link-situation.ts';

const answered = (code: keyof typeof problems) =>
  new ProblemError(problems[code].status, {
    ...{ type: '', title: problems[code].title, status: problems[code].status, detail: '', requestId: 'r' },
    code,
  });

describe('what an answer to the link of a mail means', () => {
  test.each([
    'not_ready',
    'link_expired',
    'file_expired',
    'permission_required',
    'permission_revoked',
    'downloads_disabled',
    'part_required',
    'not_found',
  ] as const)('%s has a page of its own', (code) => {
    expect(linkSituation(answered(code))).toBe(code);
  });

  test('a link that is not whole leads nowhere', () => {
    expect(linkSituation(answered('link_invalid'))).toBe('not_found');
    expect(linkSituation(answered('body_too_large'))).toBe('not_found');
  });

  test('all else is not about the link', () => {
    expect(linkSituation(answered('internal'))).toBe('failure');
    expect(linkSituation(answered('unavailable'))).toBe('failure');
    expect(linkSituation(new ProblemError(502, undefined))).toBe('failure');
    expect(linkSituation(new UnreachableError('x'))).toBe('failure');
  });
});
