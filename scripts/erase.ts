import { parseArgs } from 'node:util';
import { dynamoClient } from '../adapters/dynamodb/client.ts';
import { createStores } from '../adapters/dynamodb/stores.ts';
import { fileClient } from '../adapters/s3/client.ts';
import { s3FileStore } from '../adapters/s3/file-store.ts';
import { erasePerson } from '../core/usecases/erase-person.ts';
import { describeErasure } from './describe-erasure.ts';
import { findPlace, PLACE_USAGE, placeOptions } from './place.ts';

const USAGE = `Usage: npm run erase -- --account ACCOUNT --user USER_ID [--dry-run]
${PLACE_USAGE}`;

/** Exit codes: 1 it failed, 2 it was called wrongly, 3 something is left: run it again. */
const { values } = parseArgs({
  options: {
    account: { type: 'string' },
    user: { type: 'string' },
    'dry-run': { type: 'boolean', default: false },
    ...placeOptions,
  },
});
const { account, user, 'dry-run': dryRun } = values;
if (account === undefined || user === undefined) {
  console.error(USAGE);
  process.exit(2);
}

try {
  const { tableName, bucketName, clock } = await findPlace(values);
  const client = dynamoClient();
  const { exports: store, memberships: members, ...stores } = createStores({ client, tableName });
  const files = s3FileStore({ client: fileClient(), bucket: bucketName });
  const deps = { ...stores, store, members, files, clock };
  const erasure = await erasePerson(deps, { accountId: account, userId: user }, { dryRun });
  for (const line of describeErasure(erasure, { userId: user, dryRun })) console.log(line);
  if (erasure.membership === 'last_owner' || erasure.left.length > 0) process.exitCode = 3;
} catch (error) {
  console.error(`Not completed: ${(error as Error).message}. What was done is done; run it again.`);
  process.exitCode = 1;
}
