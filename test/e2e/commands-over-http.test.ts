// @module-tag random-commands

import { afterAll, beforeAll, expect, test } from 'vitest';
import { proveCommandsOverHttp } from '../proof/commands/prove-http.ts';
import { startTestCloud, type TestCloud } from './test-cloud.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud({ acmeOrders: 100, globexOrders: 100 });
}, 600_000);
afterAll(() => cloud?.stop());

test('random commands over HTTP break no guarantee, and every export ends', async () => {
  const { commands, tally } = await proveCommandsOverHttp(cloud, { runs: 6, length: 25, seed: 11 });
  expect(commands).toBeGreaterThan(40);
  expect(tally.get('create: created')).toBeGreaterThan(5);
}, 600_000);
