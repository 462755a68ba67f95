// @module-tag stores-alike

import { describe, expect, it } from 'vitest';
import {
  allOf,
  anyOf,
  attemptStill,
  setHasRoom,
  statusAllows,
  versionIs,
} from '../../../adapters/dynamodb/conditions.ts';
import { conditionExpression, updateExpression } from '../../../adapters/dynamodb/expressions.ts';
import { mayTransition, statuses, type Transition, transitions } from '../../../core/domain/lifecycle.ts';

const names = Object.keys(transitions) as Transition[];

describe('the condition of a transition', () => {
  it.each(names.filter((name) => name !== 'create'))(
    '%s lets through exactly what the table of transitions does',
    (name) => {
      const { expression, names: attributes, values } = statusAllows(name);
      const listed = /^#status IN \((?<list>.+)\)$/.exec(expression)?.groups?.list?.split(', ') ?? [];
      expect(attributes).toEqual({ '#status': 'status' });
      expect(new Set(listed)).toEqual(new Set(Object.keys(values)));
      const allowed = new Set(listed.map((placeholder) => values[placeholder]));
      for (const status of statuses) expect(allowed.has(status)).toBe(mayTransition(name, status));
    },
  );
});

describe('conditions', () => {
  it('keep their parts together', () => {
    const both = allOf(versionIs(3), anyOf(statusAllows('fail'), setHasRoom('running', 5)));
    expect(both.expression).toBe(
      '#version = :seenVersion AND (#status IN (:from0, :from1) OR (attribute_not_exists(#set) OR size(#set) < :limit))',
    );
    expect(both.values).toEqual({ ':seenVersion': 3, ':from0': 'queued', ':from1': 'running', ':limit': 5 });
  });

  it('hold a claim only while it was not given back and nothing ended', () => {
    expect(attemptStill({ kind: 'held', claim: 'c' })).toEqual({
      expression: 'claim = :claim AND leaseUntil > :givenBack AND attribute_not_exists(endedAt)',
      names: {},
      values: { ':claim': 'c', ':givenBack': 0 },
    });
  });
});

describe('an update', () => {
  it('removes what is undefined, and names everything by placeholder', () => {
    const update = { set: { status: 'ready', token: undefined }, delete: { running: new Set(['x']) } };
    expect(updateExpression(update, versionIs(1))).toEqual({
      UpdateExpression: 'SET #status = :to_status REMOVE #token DELETE #running :to_running',
      ConditionExpression: '#version = :seenVersion',
      ExpressionAttributeNames: {
        '#version': 'version',
        '#status': 'status',
        '#token': 'token',
        '#running': 'running',
      },
      ExpressionAttributeValues: { ':seenVersion': 1, ':to_status': 'ready', ':to_running': new Set(['x']) },
    });
  });

  it('sends no empty maps', () => {
    expect(updateExpression({ set: { note: undefined } })).toEqual({
      UpdateExpression: 'REMOVE #note',
      ExpressionAttributeNames: { '#note': 'note' },
    });
    expect(conditionExpression(undefined)).toEqual({});
  });
});
