import { setTimeout as sleep } from 'node:timers/promises';
import { insist } from './insistent-client.ts';
import type { Verdict } from './invariants.ts';
import { type ProofCloud, startProofCloud } from './proof-cloud.ts';
import { type Random, seededRandom } from './random.ts';

export interface KillsOptions {
  /** Exports, each of whose workers is killed once or more. */
  readonly rounds: number;
  /** Rows of each export. */
  readonly rows: number;
  readonly seed: number;
  readonly progress?: (line: string) => void;
}

export interface KillsResult {
  readonly kills: number;
  /** Kills that came when the worker had ended by itself. */
  readonly tooLate: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly verdicts: readonly Verdict[];
}

/** Exports at once: as many as the local pool has slots. */
const AT_ONCE = 4;

const POLL_MS = 5;
const SETTLE_LIMIT_MS = 300_000;

/** How often the worker of the next attempt is killed as well. */
const KILL_AGAIN = 0.3;

/** Kills real workers at random moments of their lives, and judges what they leave behind. */
export async function runKills({ rounds, rows, seed, progress = () => {} }: KillsOptions): Promise<KillsResult> {
  const random = seededRandom(seed);
  const cloud = await startProofCloud({ acme: rows, globex: 1_000 });
  try {
    const lifetimeMs = await measureLifetime(cloud);
    progress(`undisturbed, a worker lives for ${Math.round(lifetimeMs)} ms`);
    const killer = new Killer(cloud, random, lifetimeMs);
    for (let done = 0; done < rounds; done += AT_ONCE) {
      const batch = Math.min(AT_ONCE, rounds - done);
      for (let index = 0; index < batch; index += 1) await createLarge(cloud);
      const killing = killer.start();
      await cloud.settle(SETTLE_LIMIT_MS);
      await killing.stop();
      progress(`${done + batch} exports, ${killer.kills} kills`);
    }
    const verdicts = await cloud.judge();
    const statuses = Object.groupBy(await cloud.witness.exports(), ({ record }) => record.status);
    return {
      kills: killer.kills,
      tooLate: killer.tooLate,
      statuses: Object.fromEntries(Object.entries(statuses).map(([status, { length }]) => [status, length])),
      verdicts,
    };
  } finally {
    await cloud.stop();
  }
}

/** One narrow column, so that a million rows take a moment only. */
async function createLarge(cloud: ProofCloud): Promise<string> {
  return (await insist(() => cloud.create('ada', { report: 'orders', columns: ['orderId'] }))).id;
}

async function measureLifetime(cloud: ProofCloud): Promise<number> {
  await createLarge(cloud);
  while (cloud.tasks.running().length === 0) await sleep(POLL_MS);
  const startedAt = performance.now();
  while (cloud.tasks.running().length > 0) await sleep(POLL_MS);
  await cloud.settle(SETTLE_LIMIT_MS);
  return performance.now() - startedAt;
}

/** Sees each worker come, and kills it at a random moment of the time it would have lived. */
class Killer {
  kills = 0;
  tooLate = 0;
  readonly #cloud: ProofCloud;
  readonly #random: Random;
  readonly #lifetimeMs: number;
  readonly #seen = new Set<string>();

  constructor(cloud: ProofCloud, random: Random, lifetimeMs: number) {
    this.#cloud = cloud;
    this.#random = random;
    this.#lifetimeMs = lifetimeMs;
  }

  /** Kills until it is stopped: the first workers it sees surely, the later ones now and then. */
  start(): { stop(): Promise<void> } {
    const stopping = new AbortController();
    let sure = AT_ONCE;
    const watching = (async () => {
      while (!stopping.signal.aborted) {
        for (const { taskArn } of this.#cloud.tasks.running()) {
          if (this.#seen.has(taskArn)) continue;
          this.#seen.add(taskArn);
          const isMeant = sure > 0 || this.#random.chance(KILL_AGAIN);
          sure -= 1;
          if (isMeant) setTimeout(() => this.#kill(taskArn), this.#random.next() * this.#lifetimeMs);
        }
        await sleep(POLL_MS);
      }
    })();
    return {
      async stop() {
        stopping.abort();
        await watching;
      },
    };
  }

  #kill(taskArn: string): void {
    if (this.#cloud.tasks.running().some((task) => task.taskArn === taskArn)) this.kills += 1;
    else this.tooLate += 1;
    this.#cloud.tasks.kill(taskArn, 'SIGKILL');
  }
}
