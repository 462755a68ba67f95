// @module-tag how-fast-the-api

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { type Load, runJob } from '../../bench/api/jobs.ts';
import { measured, pageOf, resultOf, summaryOf, verdictOf } from '../../bench/api/page.ts';

const load = (milliseconds: readonly number[], outcome = '202'): Load => ({
  requests: milliseconds.map((each) => ({ milliseconds: each, outcome })),
  seconds: 2,
  cpuSeconds: 1,
});

const results = (createMs: number, outcome = '202') => [
  resultOf(measured.table, [load([10, 10], 'created')]),
  resultOf(measured.create, [load([createMs], outcome), load([createMs], outcome)]),
];

test('a creation is judged by its own database calls, and not by answers that are none', () => {
  expect(verdictOf(results(50))).toEqual({ ratio: 5, isMet: true });
  expect(verdictOf(results(51)).isMet).toBe(false);
  expect(verdictOf(results(50, '429')).isMet).toBe(false);
  expect(() => verdictOf(results(50).slice(1))).toThrow('to be measured');
});

test('requests of all rounds are counted together', () => {
  const all = resultOf('any', [load([1, 2, 3]), load([4], '500')]);
  expect(all).toMatchObject({ requests: 4, errors: 1, perSecond: 1 });
  expect(summaryOf('any', load([7], '500'))).toContain('1 500');
});

test('the page says what was found, and what is not met', () => {
  const page = pageOf(results(80), { clients: 200, rounds: 2 });
  expect(page).toContain('| `POST /v1/exports` | 2 | 80 | 80 | 80 | 1 | 0 |');
  expect(page).toContain('| 8.0 times | not met |');
  expect(pageOf(results(20), { clients: 200, rounds: 2 })).toContain('| 2.0 times | met |');
});

test('clients send one request after the other, and polls what they were told before', async () => {
  let [now, most] = [0, 0];
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    now += 1;
    most = Math.max(most, now);
    seen.push(request.headers['if-none-match']);
    setTimeout(() => {
      now -= 1;
      response.writeHead(request.headers['if-none-match'] === '"e"' ? 304 : 200, { etag: '"e"' }).end();
    }, 5);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const job = { kind: 'http', origin, method: 'GET', clients: 3, requests: 4, polls: true } as const;
  const found = await runJob({ ...job, paths: ['/a', '/b', '/c'], tokens: ['1', '2', '3'] });
  server.close();
  expect(found.requests.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 12 }, () => '304'));
  expect(most).toBeLessThanOrEqual(3);
  expect(seen.filter((etag) => etag === undefined)).toHaveLength(3);
});
