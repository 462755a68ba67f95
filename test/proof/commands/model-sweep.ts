import { HOUR } from '../../support/exports.ts';
import { CAPS } from './environment.ts';
import { ExpectedFault, type Model, type ModelExport } from './model.ts';
import { announceDue } from './model-announce.ts';

const MINUTE = 60_000;

/** Tells what one pass of the sweeper must have done. */
export function modelSweep(model: Model): void {
  for (const each of orphans(model)) startOrphan(model, each);
  part(() => repair(model));
  part(() => model.admit());
  part(() => watch(model));
  const first = Math.floor(model.now / MINUTE) % inTurn.length;
  for (const work of [...inTurn.slice(first), ...inTurn.slice(0, first)]) work(model);
}

/** The parts of a pass that begin with another one each minute. */
const inTurn: readonly ((model: Model) => void)[] = [
  (model) => {
    for (const each of model.exports) {
      if (isExpiryDue(model, each)) Object.assign(each, { status: 'expired', announced: false });
    }
  },
  (model) => {
    for (const each of model.exports) if (isCleanupDue(model, each)) each.cleaned = true;
  },
  (model) => {
    for (const [id, { seenAt }] of model.accounts) {
      const idle = model.runningOf(id) === 0 && model.line(id).length === 0;
      if (idle && seenAt < model.now - 10 * MINUTE) model.accounts.delete(id);
    }
  },
  announceDue,
  // Nobody has webhooks here, whose owners would be told that they are off.
  () => {},
];

/** Exports that no execution has brought to the queue within a minute, oldest first. */
export function orphans(model: Model): ModelExport[] {
  return model.exports
    .filter(({ status, token, createdAt }) => {
      return status === 'queued' && token === undefined && createdAt <= model.now - MINUTE;
    })
    .sort((a, b) => a.createdAt - b.createdAt);
}

/** A fault ends its part of the pass and nothing else. */
function part(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof ExpectedFault)) throw error;
  }
}

function startOrphan({ executions, faults }: Model, each: ModelExport): void {
  if (faults.starts) return;
  const execution = executions.find(each.ref, each.execution);
  if (execution !== undefined && execution.status !== 'RUNNING') each.execution += 1;
}

function repair(model: Model): void {
  for (const each of [...model.running]) {
    if (model.isOver(each) || model.now - (each.admittedAt ?? 0) < MINUTE) continue;
    const execution = model.executions.find(each.ref, each.execution);
    if (each.status === 'queued') {
      if (model.faults.signals) throw new ExpectedFault();
      if (execution?.status === 'RUNNING' && execution.token === each.token) continue;
    }
    if (execution?.status === 'RUNNING' || model.isLive(each)) continue;
    model.endAsLost(each, each.lastFailure ?? 'worker_lost');
  }
}

/** Time counts from pass to pass for exports that could start at both. */
function watch(model: Model): void {
  const lastWatch = model.watchedAt;
  model.watchedAt = model.flags.runWorkers ? model.now : undefined;
  if (!model.flags.runWorkers) return;
  for (const each of startable(model)) {
    if (each.status !== 'queued' || each.admittedAt !== undefined) continue;
    if (lastWatch !== undefined && each.startableSeenAt === lastWatch) each.blockedMs += model.now - lastWatch;
    each.startableSeenAt = model.now;
    if (each.blockedMs >= 15 * MINUTE) failAsStuck(model, each);
    else if (each.blockedMs >= 5 * MINUTE) each.takingLonger = true;
  }
}

function startable(model: Model): ModelExport[] {
  let slots = CAPS.pool - model.running.length;
  const found: ModelExport[] = [];
  for (const id of [...model.accounts.keys()].sort()) {
    const places = Math.max(0, Math.min(slots, CAPS.account - model.runningOf(id)));
    const heads = model.line(id).slice(0, places);
    slots -= heads.length;
    found.push(...heads);
  }
  const unstarted = orphans(model).slice(0, slots);
  return [...found, ...unstarted.filter(({ ref }) => model.runningOf(ref.accountId) < CAPS.account)];
}

/** The automatic retry is found, and added to the model, by whoever compares. */
function failAsStuck(model: Model, each: ModelExport): void {
  model.endFromOutside(each, 'failed', { failure: 'stuck_in_queue' });
}

function isExpiryDue(model: Model, { status, erasedAt, announced, expiresAt, cleaned }: ModelExport): boolean {
  const isNext = status === 'ready' && erasedAt === undefined && announced && cleaned;
  return isNext && expiresAt !== undefined && expiresAt <= model.now - HOUR;
}

function isCleanupDue(model: Model, each: ModelExport): boolean {
  const endedInQueue = each.attempt === 0 && each.token !== undefined;
  if (!each.announced && each.erasedAt === undefined) return false;
  if (!model.isOver(each) || each.cleaned || (each.attempt === 0 && !endedInQueue)) return false;
  // Its execution may wait there still; without a signal it cannot be let go.
  if (endedInQueue && model.faults.signals) return false;
  return (each.erasedAt ?? each.endedAt ?? 0) <= model.now - MINUTE;
}
