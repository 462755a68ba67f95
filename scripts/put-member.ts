import { parseArgs } from 'node:util';
import * as z from 'zod';
import { dynamoClient } from '../adapters/dynamodb/client.ts';
import { createStores } from '../adapters/dynamodb/stores.ts';
import { memberRequest } from '../core/contract/member-schemas.ts';
import { findPlace, PLACE_USAGE, placeOptions } from './place.ts';

const USAGE = `Usage: npm run put-member -- --account ACCOUNT --user USER_ID --email ADDRESS --name NAME --role ROLE
         USER_ID is the "sub" claim of the person's tokens, ROLE is viewer, member, admin or owner
${PLACE_USAGE}
  --table NAME    or a table by its name`;

/** Printable ASCII, as issuers write subjects. */
const id = z.string().regex(/^(?! )[ -~]{1,128}(?<! )$/, 'must be 1 to 128 printable ASCII characters');
const memberSchema = memberRequest.extend({ account: id, user: id });

/** Exit codes: 1 it failed, 2 it was called wrongly, 3 refused: the account would be left without an owner. */
const { values } = parseArgs({
  options: {
    account: { type: 'string' },
    user: { type: 'string' },
    email: { type: 'string' },
    name: { type: 'string' },
    role: { type: 'string' },
    table: { type: 'string' },
    ...placeOptions,
  },
});
const { table, stage: _stage, local: _local, ...given } = values;
const member = memberSchema.safeParse(given);
if (!member.success) {
  for (const { path, message } of member.error.issues) console.error(`--${path.join('.')}: ${message}`);
  console.error(USAGE);
  process.exit(2);
}

try {
  const { account: accountId, user: userId, ...request } = member.data;
  const tableName = table ?? (await findPlace(values)).tableName;
  const { memberships } = createStores({ client: dynamoClient(), tableName });
  const change = await memberships.put({ accountId, userId, ...request });
  if (change.kind === 'last_owner') {
    console.error(`Not done: ${userId} is the only owner of ${accountId}. Make somebody else an owner first.`);
    process.exitCode = 3;
  } else {
    console.log(`${userId} in ${accountId}: ${change.before?.role ?? 'no member'} -> ${request.role}`);
  }
} catch (error) {
  console.error(`Not done: ${(error as Error).message}`);
  process.exitCode = 1;
}
