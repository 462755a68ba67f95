import { isBeingMade } from '../../../core/domain/part-range.ts';
import { currentRanges, nextRangeStep } from '../../../core/domain/range-watch.ts';
import { knownTo, type Moves, rearrange } from './moves.ts';
import { at, begin, type Content, isCurrent, type Lead, NOW, plannedRanges, type State } from './state.ts';

/** Phases in which a lead looks whether the attempt is still its own, and wanted. */
const watchful: readonly Lead['phase'][] = ['watching', 'cutting', 'joining', 'completing'];

const over: readonly Lead['phase'][] = ['absent', 'gone', 'failed', 'dead'];

/** What the lead of a run does. */
export function leadMoves(moves: Moves, run: number): void {
  const { state, bounds } = moves;
  const lead = at(state.leads, run);
  if (over.includes(lead.phase)) return;
  const name = `lead ${run + 1}`;
  const go = (words: string, change: (lead: Lead, state: State) => void) =>
    moves.progress(`${name} ${words}`, (next) => change(at(next.leads, run), next));

  moves.fault('kill-lead', `${name} is killed`, (next) => {
    at(next.leads, run).phase = 'dead';
  });
  if (run === state.run) {
    moves.fault('lost-lead', `${name} is taken for lost, and goes on`, (next) => fail(next, run));
  }
  // Nobody can trust a task to be stopped when its run is over.
  if (isRunOver(state, run)) moves.chance(`${name} is stopped`, (next) => giveBack(moves, next, run));
  if (watchful.includes(lead.phase)) {
    if (!isCurrent(state, lead.attempt)) go('sees that its claim is gone', (own) => end(own, 'failed'));
    else if (state.isCancelling) go('sees the cancellation', (own) => (own.phase = 'cancelling'));
  }

  switch (lead.phase) {
    case 'claiming':
      if (state.status !== 'running') go('finds the export ended', (own) => (own.phase = 'letting go'));
      else if (state.lease === 'live') return;
      else if (state.attempt === bounds.attempts) go('finds no attempt left', (own) => (own.phase = 'failing'));
      else
        go('claims the next attempt', (own, next) => {
          next.attempt += 1;
          next.lease = 'live';
          own.attempt = next.attempt;
          own.phase = 'planning';
        });
      return;
    case 'planning':
      moves.written(
        `${name} writes its plan`,
        (next) => plan(moves, next, lead),
        (next) => {
          const own = at(next.leads, run);
          if (isCurrent(state, lead.attempt)) own.phase = 'calling';
          else end(own, 'failed');
        },
      );
      return;
    case 'calling':
      meet(moves, run, 'all');
      return;
    case 'letting go':
      if (moves.rules.leadLetsGo) meet(moves, run, 'none');
      else go('leaves', (own) => end(own, 'gone'));
      return;
    case 'telling':
      go('answers the token it has found', (own, next) => {
        answer(next, own.token, own.says);
        afterMeeting(own);
      });
      return;
    case 'watching':
      watch(moves, run);
      return;
    case 'cutting':
    case 'joining':
      go(`is done with ${lead.phase}`, (own, next) => {
        rearrange(next, moves.rules, run);
        Object.assign(own, { phase: 'watching', first: 0, second: 0, next: 0 });
      });
      return;
    case 'closing':
      go('says that all is recorded', (own, next) => {
        if (next.plan === own.attempt) next.isClosed = true;
        own.phase = 'completing';
      });
      return;
    case 'completing':
      complete(moves, run);
      return;
    case 'publishing':
      publish(moves, run);
      return;
    case 'cancelling':
    case 'failing':
    case 'giving up':
      giveUp(moves, run);
      return;
  }
}

/** The state machine takes the lead for failed: the group begins anew, or the export's outcome is recorded. */
export function fail(state: State, run: number): void {
  if (run !== state.run || state.isOver) return;
  if (run + 1 < state.leads.length) {
    begin(state, run + 1);
    return;
  }
  state.isOver = true;
  if (state.status === 'running') Object.assign(state, { status: 'failed', lease: 'none' });
}

/** Whether the state machine has nothing to do with a run any more. */
export function isRunOver({ run, isOver }: State, of: number): boolean {
  return of < run || isOver;
}

/** Whether whoever waits for the lead of a later run has said so, where all can see it. */
function hasLaterRunBegun({ state, bounds }: Moves, run: number): boolean {
  return state.waits.some(({ phase }, other) => {
    if (other <= run) return false;
    return bounds.mustMeet ? phase === 'resuming' || phase === 'waiting' : other <= state.run;
  });
}

/** The lead ends, and the attempt may be taken at once. */
function giveBack(moves: Moves, state: State, run: number): void {
  const own = at(state.leads, run);
  if (isCurrent(state, own.attempt)) {
    state.lease = 'none';
    Object.assign(at(state.uploads, moves.uploadOf(own.attempt)), { status: 'aborted', file: [] });
  }
  end(own, 'failed');
}

/** Answers the token that is waited on, unless it is another by now. */
export function answer(state: State, token: number, says: 'none' | 'all'): void {
  const wait = at(state.waits, state.run);
  if (wait.token === token && wait.answer === 'no' && !state.isOver) wait.answer = says;
}

function end(lead: Lead, phase: 'gone' | 'failed'): void {
  Object.assign(lead, { phase, first: 0, second: 0, next: 0, parts: [], token: 0, says: 'none' });
}

function plan(moves: Moves, state: State, { attempt }: Lead): void {
  if (!isCurrent(state, attempt)) return;
  state.plan = attempt;
  state.isClosed = false;
  state.ranges[attempt] = plannedRanges(moves.bounds);
  const upload = at(state.uploads, moves.uploadOf(attempt));
  if (upload.status === 'none') upload.status = 'open';
}

function meet(moves: Moves, run: number, says: 'none' | 'all'): void {
  if (!moves.bounds.mustMeet) {
    moves.progress(`the state machine hears of lead ${run + 1}`, (next) => {
      const wait = at(next.waits, run);
      wait.phase = 'waiting';
      if (run === next.run && wait.answer === 'no') wait.answer = says;
      const own = at(next.leads, run);
      own.says = says;
      afterMeeting(own);
    });
    return;
  }
  moves.written(
    `lead ${run + 1} notes that ${says === 'all' ? 'all workers' : 'no workers'} are wanted`,
    (next) => {
      moves.handoverOf(next, run).workers = says;
    },
    (next) => {
      const own = at(next.leads, run);
      const { token } = moves.handoverOf(next, run);
      own.says = says;
      if (token > 0 && moves.rules.secondAnswers) {
        own.token = token;
        own.phase = 'telling';
      } else afterMeeting(own);
    },
  );
}

function afterMeeting(lead: Lead): void {
  if (lead.says === 'none') end(lead, 'gone');
  else Object.assign(lead, { phase: 'watching', token: 0, says: 'none' });
}

function watch(moves: Moves, run: number): void {
  const { state, bounds, rules } = moves;
  const { attempt } = at(state.leads, run);
  if (!isCurrent(state, attempt) || state.isCancelling) return;
  const known = (state.ranges[attempt] ?? []).map((range) => knownTo(rules, range));
  const seen = known.filter((range) => rules.shortIsJoined || range.result?.parts.length !== 0);
  const step = nextRangeStep(rules.shortIsJoined ? known : seen, at(bounds.workers, run), NOW);
  const decide = (words: string, change: (lead: Lead, next: State) => void) =>
    moves.progress(`lead ${run + 1} ${words}`, (next) => change(at(next.leads, run), next));
  const next = Math.max(0, ...known.map(({ number }) => number)) + 1;
  switch (step.kind) {
    case 'wait':
      if (rules.laterRunIsSeen && !known.some((range) => isBeingMade(range, NOW)) && hasLaterRunBegun(moves, run)) {
        moves.progress(`lead ${run + 1} sees that a later run has begun`, (next) => giveBack(moves, next, run));
      }
      return;
    case 'finish':
      decide('sees that all is recorded', (own) => {
        own.parts = currentRanges(known).flatMap(({ result }) =>
          (result?.parts ?? []).map(({ etag }) => JSON.parse(etag) as Content),
        );
        own.phase = 'closing';
      });
      return;
    case 'give-up':
      if (step.failure.retryable && !rules.triesAreLimited) return;
      decide('gives up', (own) => {
        own.phase = step.failure.retryable ? 'giving up' : 'failing';
      });
      return;
    case 'cut':
      decide(`will cut range ${step.range.number}`, (own) => {
        Object.assign(own, { phase: 'cutting', first: step.range.number, next });
      });
      return;
    case 'join':
      decide(`will join ranges ${step.first.number} and ${step.second.number}`, (own) => {
        Object.assign(own, { phase: 'joining', first: step.first.number, second: step.second.number, next });
      });
  }
}

/** S3 takes the parts that it has under these numbers, if they are those that are named. */
function complete(moves: Moves, run: number): void {
  const { state, rules } = moves;
  const { attempt, parts } = at(state.leads, run);
  const upload = at(state.uploads, moves.uploadOf(attempt));
  const stored = parts.map(({ from }) => at(upload.parts, from));
  const isMet = stored.every((part, index) => JSON.stringify(part) === JSON.stringify(parts[index]));
  const canComplete = upload.status === 'done' || (upload.status === 'open' && (isMet || !rules.tagsAreCompared));
  if (!canComplete) {
    moves.progress(`lead ${run + 1} is refused the completion`, (next) => {
      at(next.leads, run).phase = 'giving up';
    });
    return;
  }
  moves.written(
    `lead ${run + 1} completes the upload`,
    (next) => {
      const own = at(next.uploads, moves.uploadOf(attempt));
      if (own.status === 'open') Object.assign(own, { status: 'done', file: stored });
    },
    (next) => {
      at(next.leads, run).phase = 'publishing';
    },
  );
}

function publish(moves: Moves, run: number): void {
  const { attempt } = at(moves.state.leads, run);
  const isAllowed = (state: State) =>
    state.status === 'running' && (isCurrent(state, attempt) || !moves.rules.publishingNeedsClaim);
  moves.written(
    `lead ${run + 1} publishes`,
    (next) => {
      if (!isAllowed(next)) return;
      Object.assign(next, { status: 'ready', published: attempt, lease: 'none' });
    },
    (next) => {
      const own = at(next.leads, run);
      // Its own success it knows from the record, also when it did not hear of it.
      if (next.status === 'ready' && next.published === attempt) Object.assign(own, { phase: 'letting go', parts: [] });
      else {
        at(next.uploads, moves.uploadOf(attempt)).file = [];
        end(own, 'failed');
      }
    },
  );
}

/** Ends the export or its attempt, as far as the claim is current. */
function giveUp(moves: Moves, run: number): void {
  const { bounds } = moves;
  moves.progress(`lead ${run + 1} is done with ${at(moves.state.leads, run).phase}`, (next) => {
    const own = at(next.leads, run);
    const { attempt, phase } = own;
    const hasNoClaim = attempt === 0;
    const abort = () => {
      if (!hasNoClaim) Object.assign(at(next.uploads, attempt), { status: 'aborted', file: [] });
    };
    if (hasNoClaim ? next.status !== 'running' : !isCurrent(next, attempt)) {
      abort();
      end(own, 'failed');
      return;
    }
    if (phase === 'giving up' && attempt < bounds.attempts) {
      next.lease = 'none';
      abort();
      end(own, 'failed');
      return;
    }
    next.status = phase === 'cancelling' ? 'cancelled' : 'failed';
    next.lease = 'none';
    abort();
    Object.assign(own, { phase: 'letting go', parts: [] });
  });
}
