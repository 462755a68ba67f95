import { readEnvironment } from '../core/contract/env.ts';
import { readableExport } from '../core/usecases/readable-export.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { json } from './middleware/responses.ts';
import { callerStores } from './services.ts';

const { exports: store, memberships } = callerStores(readEnvironment('list-export-events'));

/** GET /v1/exports/{exportId}/events */
export const handler = apiHandler(
  { workload: 'list-export-events', memberships },
  async ({ caller, pathParameters }) => {
    const { record } = await readableExport(store, caller, pathParameters?.exportId ?? '');
    const events = await store.events(record.id);
    return json(200, { data: events.map((event) => ({ ...event, at: new Date(event.at).toISOString() })) });
  },
);
