import type { Authorize } from '../authorize.ts';
import type { LocalClock } from '../clock.ts';
import { Cancelled } from './cancel-scope.ts';
import { encodePayload } from './data-flow.ts';
import type { TaskState } from './definition.ts';
import type { Strand } from './execution-history.ts';
import type { Json } from './json.ts';
import { callLambda, type InvokeFunction, type RunTask, runEcsTask } from './service-integrations.ts';
import { StateError } from './state-error.ts';
import { parseTaskResource, type TaskResource } from './task-resource.ts';
import type { TaskTokens } from './task-tokens.ts';

/** What tasks need from outside. */
export interface TaskServices {
  readonly clock: LocalClock;
  /** For what a state machine does itself; functions and tasks check who calls them. */
  readonly authorize: Authorize;
  readonly tokens: TaskTokens;
  readonly invokeFunction: InvokeFunction;
  readonly runTask: RunTask;
  /** Every call that is under way, until it has settled: also those whose task is over. */
  readonly calls: Map<AbortController, Promise<unknown>>;
}

/** One attempt at a Task state. */
export interface TaskAttempt {
  readonly stateName: string;
  readonly state: TaskState;
  readonly parameters: Json;
  /** Only with `.waitForTaskToken`. */
  readonly token: string | undefined;
  readonly roleArn: string;
  readonly region: string;
}

/**
 * Runs one attempt and records its events.
 * @throws StateError as the task failed or timed out, Cancelled when its scope ended first
 */
export async function attemptTask(attempt: TaskAttempt, strand: Strand, services: TaskServices): Promise<Json> {
  const { state, stateName } = attempt;
  const resource = parseTaskResource(state.Resource);
  if (!resource) throw new Error(`${state.Resource} was not refused when the definition was loaded`);
  const named = { resourceType: resource.service, resource: resource.action };
  strand.record('TaskScheduled', {
    ...named,
    region: attempt.region,
    parameters: JSON.stringify(attempt.parameters),
    ...(state.TimeoutSeconds === undefined ? {} : { timeoutInSeconds: state.TimeoutSeconds }),
    ...(state.HeartbeatSeconds === undefined ? {} : { heartbeatInSeconds: state.HeartbeatSeconds }),
  });
  strand.record('TaskStarted', named);
  const submitted = (output: Json) =>
    strand.record('TaskSubmitted', { ...named, output: JSON.stringify(output), outputDetails: { truncated: false } });
  try {
    if (resource.service === 'ecs') submitted({});
    const result = await settle(attempt, resource, strand, services, submitted);
    const output = encodePayload(stateName, result);
    strand.record('TaskSucceeded', { ...named, output, outputDetails: { truncated: false } });
    return result;
  } catch (error) {
    if (error instanceof StateError) {
      const cause = error.details === undefined ? {} : { cause: error.details };
      const type = error.error === 'States.Timeout' ? 'TaskTimedOut' : 'TaskFailed';
      strand.record(type, { ...named, error: error.error, ...cause });
    }
    throw error;
  }
}

/** Starts the call and waits for whatever ends the task first. */
function settle(
  attempt: TaskAttempt,
  resource: TaskResource,
  strand: Strand,
  services: TaskServices,
  submitted: (output: Json) => void,
): Promise<Json> {
  const { state, token } = attempt;
  const { clock, tokens } = services;
  const { promise, resolve, reject } = Promise.withResolvers<Json>();
  const call = new AbortController();
  const releases: (() => void)[] = [];
  let open = true;
  // Synchronous, so that a token is refused from the very moment on at which its task is over.
  const end = (conclude: () => void) => {
    if (!open) return;
    open = false;
    for (const release of releases) release();
    conclude();
  };
  const giveUp = (reason: Error) =>
    end(() => {
      call.abort(reason);
      reject(reason);
    });

  releases.push(strand.scope.onCancel(() => giveUp(new Cancelled())));
  if (!open) return promise;
  if (state.TimeoutSeconds !== undefined) {
    releases.push(clock.after(state.TimeoutSeconds * 1000, () => giveUp(new StateError('States.Timeout'))));
  }
  if (token !== undefined) {
    const restartHeartbeat = heartbeatTimer(clock, state.HeartbeatSeconds, releases, () =>
      giveUp(new StateError('States.Timeout', undefined, true)),
    );
    tokens.hold(token, {
      succeed: (output) => end(() => resolve(output)),
      fail: (error) => end(() => reject(error)),
      heartbeat: restartHeartbeat,
    });
    releases.push(() => tokens.release(token));
  }

  const run =
    resource.service === 'lambda'
      ? callLambda(attempt.parameters, attempt.roleArn, call.signal, services.invokeFunction)
      : runEcsTask(attempt.parameters, attempt.roleArn, call.signal, services.runTask);
  const watched = run
    .then((output) => {
      if (resource.pattern !== 'waitForTaskToken') end(() => resolve(output));
      else if (open && resource.service === 'lambda') submitted(output);
    })
    .catch((error) => {
      // A container that ran and exited is no answer to a task that waits for its token.
      if (resource.pattern === 'waitForTaskToken' && isContainerExit(resource, error)) return;
      end(() => reject(error));
    });
  services.calls.set(call, watched);
  watched.finally(() => services.calls.delete(call));
  return promise;
}

function isContainerExit(resource: TaskResource, error: unknown): boolean {
  return resource.service === 'ecs' && error instanceof StateError && error.error === 'States.TaskFailed';
}

/** Runs `miss` when `seconds` pass without a restart. Returns how to restart it. */
function heartbeatTimer(
  clock: LocalClock,
  seconds: number | undefined,
  releases: (() => void)[],
  miss: () => void,
): () => void {
  if (seconds === undefined) return () => {};
  let cancel = clock.after(seconds * 1000, miss);
  releases.push(() => cancel());
  return () => {
    cancel();
    cancel = clock.after(seconds * 1000, miss);
  };
}
