import {
  InternalServerError,
  ProvisionedThroughputExceededException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** What goes wrong with a call: it never arrives, is turned away, or is carried out and its reply is lost. */
export const faults = ['lost request', 'lost reply', 'conflict', 'throttled', 'server error'] as const;
export type Fault = (typeof faults)[number];

export interface Calls {
  /** Names of the commands sent so far, e.g. `TransactWriteItems`. */
  readonly sent: string[];
  /** Decides what happens to the n-th call, from 0. */
  inject(decide: (index: number, command: string) => Fault | undefined): void;
  /** Does something once, right before the first write that comes: after its caller has read and decided. */
  beforeWrite(interfere: () => Promise<unknown>): void;
  /** Counts from 0 again and injects nothing. */
  reset(): void;
}

/** Watches a client's calls and lets some go wrong, above the SDK's own repetitions: as if they had been of no help. */
export function watchCalls(client: DynamoDBDocumentClient): Calls {
  const sent: string[] = [];
  let interfere: (() => Promise<unknown>) | undefined;
  let decide: (index: number, command: string) => Fault | undefined = () => undefined;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const command = String(context.commandName).replace(/Command$/, '');
      if (interfere && isWrite(command)) {
        const once = interfere;
        interfere = undefined;
        await once();
      }
      const fault = decide(sent.length, command);
      sent.push(command);
      if (fault === 'lost reply') await next(args);
      if (fault) throw errorOf(fault, command);
      return next(args);
    },
    { step: 'initialize', priority: 'high', name: 'faults' },
  );
  return {
    sent,
    inject: (decision) => {
      decide = decision;
    },
    beforeWrite: (action) => {
      interfere = action;
    },
    reset: () => {
      sent.length = 0;
      decide = () => undefined;
    },
  };
}

export function isWrite(command: string): boolean {
  return ['TransactWriteItems', 'UpdateItem'].includes(command);
}

function errorOf(fault: Fault, command: string): Error {
  const message = `injected: ${fault}`;
  const inTransaction = command === 'TransactWriteItems';
  const canceled = (Code: string) =>
    new TransactionCanceledException({ message, $metadata: {}, CancellationReasons: [{ Code: 'None' }, { Code }] });
  switch (fault) {
    case 'lost request':
    case 'lost reply':
      return Object.assign(new Error(message), { name: 'TimeoutError' });
    case 'conflict':
      return inTransaction
        ? canceled('TransactionConflict')
        : new TransactionConflictException({ message, $metadata: {} });
    case 'throttled':
      return inTransaction
        ? canceled('ThrottlingError')
        : new ProvisionedThroughputExceededException({ message, $metadata: {} });
    case 'server error':
      return new InternalServerError({ message, $metadata: { httpStatusCode: 500 } });
  }
}
