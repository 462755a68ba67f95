import { text } from 'node:stream/consumers';
import { creations } from './creations.ts';
import { httpRequests } from './http-requests.ts';
import type { Job, Load, Timed } from './jobs.ts';

/*
 * A program of its own, so that who asks takes no time from who answers: reads a job from standard input, and tells how
 * long each request took. Every client sends its next request when it has the answer to the one before.
 */
const job = JSON.parse(await text(process.stdin)) as Job;
const send = job.kind === 'http' ? httpRequests(job) : await creations(job);
const requests: Timed[] = [];
await send.prepare();
const cpu = process.cpuUsage();
const startedAt = performance.now();
await Promise.all(
  Array.from({ length: job.clients }, async (_, client) => {
    for (let number = 0; number < job.requests; number += 1) {
      const sentAt = performance.now();
      const outcome = await send.one(client, number).catch((error: Error) => error.name);
      requests.push({ milliseconds: performance.now() - sentAt, outcome: String(outcome) });
    }
  }),
);
const seconds = (performance.now() - startedAt) / 1000;
const { user, system } = process.cpuUsage(cpu);
const load: Load = { requests, seconds, cpuSeconds: (user + system) / 1e6 };
process.stdout.write(JSON.stringify(load), () => process.exit(0));
