import { isTerminal, MAX_ATTEMPTS, mayTransition } from '../../core/domain/lifecycle.ts';
import type { ExportMoves } from './moves.ts';
import type { Rules } from './rules.ts';
import { at, type Export, mintClaim, SHORT, type State, type Worker, writerOf } from './state.ts';
import { claimOutcome, endExport, isHeld, startTask, writeClaim, writeEnding } from './transactions.ts';

type Change = (worker: Worker, e: Export, state: State) => void;

/** What each worker process of an export may do next; all of them may also be killed. */
export function workerMoves(moves: ExportMoves): void {
  for (const [index, worker] of moves.export.workers.entries()) new WorkerMoves(moves, worker, index).add();
}

class WorkerMoves {
  readonly #moves: ExportMoves;
  readonly #worker: Worker;
  readonly #index: number;

  constructor(moves: ExportMoves, worker: Worker, index: number) {
    this.#moves = moves;
    this.#worker = worker;
    this.#index = index;
  }

  add(): void {
    this.#fault('kill', 'is killed', (worker, e) => exit(e, worker, 'retry'));
    if (this.#worker.tracked) {
      this.#fault('give-up', 'is given up by Step Functions and goes on', (worker, e) => {
        worker.tracked = false;
        taskOver(e, 'retry');
      });
    }
    switch (this.#worker.phase) {
      case 'starting':
      case 'claiming':
        this.#takeAttempt();
        return;
      case 'claimed':
      case 'uploading':
      case 'stored':
        this.#run();
        this.#interrupt();
        return;
      case 'publishing':
        if (!this.#moves.rules.heartbeatStopsFirst) this.#interrupt();
        this.#publish();
        return;
      case 'discarding':
        this.#progress('discards its upload and its object', (worker, e) => discard(worker, e, this.#moves.rules));
        return;
      case 'ending':
        this.#recordEnding();
        return;
    }
  }

  /** Claims the next attempt; while a foreign lease is alive there is nothing to do but to wait. */
  #takeAttempt(): void {
    const { rules } = this.#moves;
    this.#fault('stop', 'is told to end', (worker, e) => exit(e, worker, 'retry'));
    const claim: Change = (worker, e) => {
      worker.phase = 'claimed';
      worker.claim = mintClaim(e);
      writeClaim(e, worker.claim, worker.attempt || e.attempt + 1);
      worker.attempt = e.attempt;
    };
    if (this.#worker.phase === 'claiming') {
      this.#progress('claims what it has read', (worker, e, state) => {
        if (isTerminal(e.status)) exit(e, worker, 'done');
        else claim(worker, e, state);
      });
      return;
    }
    const found = claimOutcome(this.#moves.export);
    const outcome = found === 'busy' && !rules.claimWaitsForLease ? 'claimed' : found;
    switch (outcome) {
      case 'claimed':
        if (rules.claimDecidesAtWrite) this.#progress('claims the next attempt', claim);
        else {
          this.#progress('reads that it may claim', (worker, e) => {
            worker.phase = 'claiming';
            worker.attempt = e.attempt + 1;
          });
        }
        return;
      case 'busy':
        if (!rules.refusedClaimIsFree)
          this.#progress('is refused', (_worker, e) => {
            e.attempt += 1;
          });
        return;
      default:
        this.#progress(`leaves: ${outcome}`, (worker, e) => exit(e, worker, 'done'));
    }
  }

  /** beginUpload and parts, CompleteMultipartUpload with its check, and the ready transaction. */
  #run(): void {
    const { bounds, rules } = this.#moves;
    const { phase, short } = this.#worker;
    if (phase === 'claimed' && !bounds.shortRuns) {
      this.#progress('begins its upload', (worker, e) => {
        worker.phase = 'uploading';
        e.uploads.push(worker.claim);
      });
    } else if (phase !== 'stored') {
      if (!short)
        this.#fault('short', 'gets fewer rows than there are', (worker) => {
          worker.short = true;
        });
      if (short && rules.countsRows) this.#progress('misses rows', (worker) => interrupt(worker, 'failure'));
      else this.#progress('completes its upload', (worker, e) => complete(e, worker, rules));
    } else {
      this.#progress('stops its heartbeat', (worker) => {
        worker.phase = 'publishing';
      });
    }
  }

  #publish(): void {
    const { rules, export: current } = this.#moves;
    const { claim } = this.#worker;
    const hasClaim =
      !rules.readyNeedsClaim || (rules.endingNeedsLiveStatus ? isHeld(current, claim) : current.claim === claim);
    if (hasClaim && (mayTransition('complete', current.status) || !rules.endingNeedsLiveStatus)) {
      const ready: Change = (worker, e, state) => {
        writeEnding(state, e, 'ready', rules);
        e.file = keyOf(worker, rules);
        e.fileBy = worker.claim + (worker.short ? SHORT : 0);
        e.published += 1;
      };
      this.#progress('publishes', (worker, e, state) => {
        ready(worker, e, state);
        exit(e, worker, 'done');
      });
      this.#fault('lost-reply', 'publishes, and does not learn of it', ready);
      return;
    }
    const isOwn = current.fileBy % SHORT === claim && current.published > 0;
    this.#progress('is refused to publish', (worker, e) => {
      if (isOwn && rules.refusalLooksForOwnFile) exit(e, worker, 'done');
      else interrupt(worker, isTerminal(e.status) ? 'refused' : 'lost');
    });
  }

  /** What ends a run early: the heartbeat's answer, a signal, or an error. */
  #interrupt(): void {
    const e = this.#moves.export;
    if (!isHeld(e, this.#worker.claim)) {
      this.#progress('learns that its claim is lost', (worker) => interrupt(worker, 'lost'));
      return;
    }
    if (e.lease === 'lapsed')
      this.#progress('renews its lease', (_worker, renewed) => {
        renewed.lease = 'live';
      });
    if (e.cancelRequested) this.#progress('learns of the cancellation', (worker) => interrupt(worker, 'cancelled'));
    this.#fault('stop', 'is told to end', (worker) => interrupt(worker, 'stop'));
    if (this.#worker.phase !== 'claimed' && this.#worker.phase !== 'uploading') return;
    this.#fault('failure', 'meets an error', (worker) => interrupt(worker, 'failure'));
    this.#fault('hopeless', 'meets an error that stays', (worker) => interrupt(worker, 'hopeless'));
  }

  /** The ending when that is final, else the claim given back for the next attempt. */
  #recordEnding(): void {
    const { rules } = this.#moves;
    const { claim, attempt, why } = this.#worker;
    const isLast = attempt - this.#moves.export.uncounted >= MAX_ATTEMPTS;
    const to =
      why === 'cancelled' ? 'cancelled' : why === 'hopeless' || (why === 'failure' && isLast) ? 'failed' : undefined;
    if (to === undefined) {
      this.#progress('gives its claim back', (worker, e) => {
        if (isHeld(e, claim)) {
          e.lease = 'given back';
          if (why === 'stop') e.uncounted += 1;
        }
        exit(e, worker, 'retry');
      });
      return;
    }
    const end: Change = (_worker, e, state) => {
      endExport(state, e, to, { kind: 'claim', claim }, rules);
    };
    this.#progress(`records that it is ${to}`, (worker, e, state) => {
      end(worker, e, state);
      exit(e, worker, isTerminal(e.status) ? 'done' : 'retry');
    });
    this.#fault('lost-reply', `records that it is ${to}, and does not learn of it`, (worker, e, state) => {
      end(worker, e, state);
      exit(e, worker, 'retry');
    });
  }

  #progress(words: string, change: Change): void {
    this.#moves.progress(`${this.#name()} ${words}`, (e, state) => change(at(e.workers, this.#index), e, state));
  }

  #fault(kind: Parameters<ExportMoves['fault']>[0], words: string, change: Change): void {
    this.#moves.fault(kind, `${this.#name()} ${words}`, (e, state) => change(at(e.workers, this.#index), e, state));
  }

  #name(): string {
    const { claim, attempt, tracked } = this.#worker;
    const who = claim === 0 ? 'a worker without a claim' : `the worker of attempt ${attempt} (claim ${claim})`;
    return tracked ? who : `${who}, not waited for,`;
  }
}

function keyOf({ claim }: Worker, rules: Rules): number {
  return rules.keyHasClaim ? claim : 1;
}

function interrupt(worker: Worker, why: Worker['why']): void {
  worker.phase = 'discarding';
  worker.why = why;
}

/** The object itself decides: with another's under the key, or none, the attempt has failed. */
function complete(e: Export, worker: Worker, rules: Rules): void {
  const key = keyOf(worker, rules);
  const wasAborted = worker.phase === 'uploading' && !e.uploads.includes(worker.claim);
  closeUpload(e, worker);
  if (wasAborted || (writerOf(e, key) !== 0 && rules.completesOnlyNewObjects)) {
    interrupt(worker, 'failure');
    return;
  }
  removeObject(e, key);
  e.objects.push({ key, by: worker.claim + (worker.short ? SHORT : 0) });
  e.objects.sort((a, b) => a.key - b.key);
  worker.phase = 'stored';
}

function discard(worker: Worker, e: Export, rules: Rules): void {
  closeUpload(e, worker);
  removeObject(e, keyOf(worker, rules));
  worker.short = false;
  if (worker.why === 'lost') exit(e, worker, 'retry');
  else if (worker.why === 'refused') exit(e, worker, 'done');
  else worker.phase = 'ending';
}

function closeUpload(e: Export, { claim }: Worker): void {
  e.uploads = e.uploads.filter((each) => each !== claim);
}

function removeObject(e: Export, key: number): void {
  e.objects = e.objects.filter((object) => object.key !== key);
}

/** The process ends. `done` is exit code 0: there is nothing left to do. */
function exit(e: Export, worker: Worker, code: 'done' | 'retry'): void {
  e.workers.splice(e.workers.indexOf(worker), 1);
  if (worker.tracked) taskOver(e, code);
}

/** What the state machine does when the task it waits for is over. */
function taskOver(e: Export, code: 'done' | 'retry'): void {
  const { execution } = e;
  if (execution.phase !== 'running') return;
  if (code === 'retry' && execution.failures < e.retries) {
    execution.failures += 1;
    startTask(e, true);
  } else {
    execution.phase = 'recording';
    execution.failures = 0;
  }
}
