import { readEnvironment } from '../core/contract/env.ts';
import { exportInput } from '../core/contract/payloads.ts';
import { measureExport } from '../core/usecases/measure-export.ts';
import { catalog } from '../reports/index.ts';
import { source } from './database-services.ts';
import { stepHandler } from './middleware/step-handler.ts';
import { clock, tableStores } from './services.ts';

const env = readEnvironment('measure-export');
const deps = {
  catalog,
  store: tableStores(env).exports,
  source: source(env),
  clock,
  partitionAboveRows: env.PARTITION_ABOVE_ROWS,
};

/** The first step of Running: how many rows, and so where. */
export const handler = stepHandler('measure-export', exportInput, (ref) => measureExport(deps, ref));
