import type { AttemptCondition } from '../../core/domain/change.ts';
import { type Status, type Transition, transitions } from '../../core/domain/lifecycle.ts';
import type { Role } from '../../core/domain/permissions.ts';

/** A condition expression with the names and values it needs. */
export interface Condition {
  readonly expression: string;
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

export function condition(
  expression: string,
  names: Condition['names'] = {},
  values: Condition['values'] = {},
): Condition {
  return { expression, names, values };
}

/** There is no such item. */
export const absent = condition('attribute_not_exists(pk)');

/** The status lets this transition happen, as the table of transitions says. */
export function statusAllows(transition: Transition): Condition {
  return statusIn(transitions[transition].from);
}

export function statusIn(statuses: readonly Status[]): Condition {
  const values = Object.fromEntries(statuses.map((status, index) => [`:from${index}`, status]));
  return condition(`#status IN (${Object.keys(values).join(', ')})`, { '#status': 'status' }, values);
}

/** Nothing that has an event has happened since the record was read. */
export function versionIs(version: number): Condition {
  return condition('#version = :seenVersion', { '#version': 'version' }, { ':seenVersion': version });
}

/** The item has not changed since it was read. */
export function revisionIs(revision: number): Condition {
  return condition('revision = :seenRevision', {}, { ':seenRevision': revision });
}

/** The execution still waits on the token that was read, if on any. */
export function tokenIs(token: string | undefined): Condition {
  return token === undefined
    ? condition('attribute_not_exists(taskToken)')
    : condition('taskToken = :seenToken', {}, { ':seenToken': token });
}

export const admitted = condition('attribute_exists(admittedAt)');

export const notAdmitted = condition('attribute_not_exists(admittedAt)');

/** The member still has the role that was read, or is still none. */
export function roleIs(role: Role | undefined): Condition {
  return role === undefined ? absent : condition('#role = :seenRole', { '#role': 'role' }, { ':seenRole': role });
}

/** Nothing has joined the account's line since so many had. */
export function joinedIs(count: number): Condition {
  return count === 0
    ? condition('attribute_not_exists(joined)')
    : condition('joined = :seenJoined', {}, { ':seenJoined': count });
}

/** The account has lost no owner since this many were counted. */
export function ownersLostIs(count: number | undefined): Condition {
  return count === undefined
    ? condition('attribute_not_exists(lost)')
    : condition('lost = :seenLost', {}, { ':seenLost': count });
}

/** What the change was decided on still holds for the attempt. A lease given back is 0, and so over at any time. */
export function attemptStill(expected: AttemptCondition): Condition {
  switch (expected.kind) {
    case 'absent':
      return absent;
    case 'number':
      return condition('#number = :seenNumber', { '#number': 'number' }, { ':seenNumber': expected.number });
    case 'held':
      return condition(
        'claim = :claim AND leaseUntil > :givenBack AND attribute_not_exists(endedAt)',
        {},
        { ':claim': expected.claim, ':givenBack': 0 },
      );
    case 'lapsed':
      return condition(
        '#number = :seenNumber AND leaseUntil <= :now',
        { '#number': 'number' },
        { ':seenNumber': expected.number, ':now': expected.now },
      );
  }
}

/** The set has fewer than `limit` members. `size` of a missing set makes a condition false, and an empty one is missing. */
export function setHasRoom(attribute: string, limit: number): Condition {
  return condition(`(attribute_not_exists(#set) OR size(#set) < :limit)`, { '#set': attribute }, { ':limit': limit });
}

/** The number is at most `limit`, or not there yet. */
export function atMost(attribute: string, limit: number): Condition {
  return compared(attribute, '<=', limit);
}

/** The number is below `limit`, or not there yet. */
export function lessThan(attribute: string, limit: number): Condition {
  return compared(attribute, '<', limit);
}

function compared(attribute: string, operator: string, limit: number): Condition {
  return condition(
    `(attribute_not_exists(#compared) OR #compared ${operator} :compared)`,
    { '#compared': attribute },
    { ':compared': limit },
  );
}

export function allOf(...conditions: readonly Condition[]): Condition {
  return joined(conditions, conditions.map((each) => each.expression).join(' AND '));
}

export function anyOf(...conditions: readonly Condition[]): Condition {
  return joined(conditions, `(${conditions.map((each) => each.expression).join(' OR ')})`);
}

function joined(conditions: readonly Condition[], expression: string): Condition {
  return {
    expression,
    names: Object.assign({}, ...conditions.map((each) => each.names)),
    values: Object.assign({}, ...conditions.map((each) => each.values)),
  };
}
