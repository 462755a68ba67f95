import type { Stores } from '../../../../adapters/dynamodb/stores.ts';
import type { ExportRef } from '../../../../core/domain/export-id.ts';
import { T0 } from '../../../support/exports.ts';
import { create, createAdmitted, createIn, createRunning } from '../../store-contract/stores-under-test.ts';

/** A method of a store by both names, since several stores have a `remove`. */
export type Method = { [S in keyof Stores]: `${S}.${keyof Stores[S] & string}` }[keyof Stores];

/** One way in which a method writes. */
export interface Scenario<Subject = ExportRef> {
  readonly method: Method;
  readonly what: string;
  /** How many writes it takes when nothing goes wrong. @default 1 */
  readonly writes?: number;
  readonly prepare: (stores: Stores) => Promise<Subject>;
  readonly call: (stores: Stores, subject: Subject) => Promise<unknown>;
}

export const queued = (stores: Stores) => create(stores, 1);

export const waiting = async (stores: Stores) => {
  const ref = await create(stores, 1);
  await stores.admissions.enqueue(ref, 'token-1', 1, T0);
  return ref;
};

export const admitted = (stores: Stores) => createAdmitted(stores, 1);
export const running = (stores: Stores) => createRunning(stores, 1);
export const finished = (stores: Stores) => createIn(stores, 'ready', 1);
