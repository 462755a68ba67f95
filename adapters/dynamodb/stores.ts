import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { AdmissionStore } from '../../core/ports/admission-store.ts';
import type { AttemptStore } from '../../core/ports/attempt-store.ts';
import type { ExportStore } from '../../core/ports/export-store.ts';
import type { Memberships } from '../../core/ports/memberships.ts';
import { createAdmissionStore } from './admission-store.ts';
import { createAttemptStore } from './attempt-store.ts';
import { createExportStore } from './export-store.ts';
import { createMemberships } from './memberships.ts';
import { Table } from './table.ts';

export interface Stores {
  readonly exports: ExportStore;
  readonly attempts: AttemptStore;
  readonly admission: AdmissionStore;
  readonly memberships: Memberships;
}

/** Everything that is kept in the one table. */
export function createStores(options: { readonly client: DynamoDBDocumentClient; readonly tableName: string }): Stores {
  const table = new Table(options.client, options.tableName);
  return {
    exports: createExportStore(table),
    attempts: createAttemptStore(table),
    admission: createAdmissionStore(table),
    memberships: createMemberships(table),
  };
}
