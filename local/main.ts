import { join, resolve } from 'node:path';
import { checkReports } from './check-reports.ts';
import { startLocalCloud } from './cloud.ts';
import { startLog } from './log-file.ts';
import { SAMPLE_USERS } from './sample-users.ts';
import { PortTakenError } from './shared-port.ts';

const DEFAULT_PORT = 4000;

const root = resolve(import.meta.dirname, '..');
const home = resolve(process.env.WAYBILL_HOME ?? join(root, '.waybill'));
const port = Number(process.env.PORT ?? DEFAULT_PORT);
/** `acme,globex`: fewer orders than the usual 1,200,000 and 5,000 make the first start quicker. */
const [acme, globex] = (process.env.WAYBILL_SAMPLE_ORDERS ?? '').split(',').map(Number);
const startedAt = performance.now();
const log = startLog(join(home, 'local.log'));

try {
  const cloud = await startLocalCloud({
    root,
    home,
    port,
    log,
    ...(acme && globex && { orders: { acme, globex } }),
    progress: (step) => console.log(`  ${step} ...`),
  });
  console.log(banner(cloud.origin));
  // Not waited for: a key is unique only once every row has been looked at.
  const stopping = new AbortController();
  void checkReports(root, cloud.database.adminUrl, stopping.signal).then((mistakes) => {
    if (mistakes.length > 0) console.error(`There are mistakes in reports:\n${mistakes.join('\n')}\n`);
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, async () => {
      console.log('\nStopping ...');
      stopping.abort();
      await cloud.stop();
      process.exit(0);
    });
  }
} catch (error) {
  console.error(error instanceof PortTakenError ? error.message : error);
  process.exit(1);
}

function banner(origin: string): string {
  const users = SAMPLE_USERS.map(
    ({ userName, role, accountId }) => `    ${userName.padEnd(6)} ${role.padEnd(7)} of ${accountId}`,
  );
  return `
The report center is ready at ${origin} after ${((performance.now() - startedAt) / 1000).toFixed(1)} s.

  API reference   ${origin}/v1/docs
  A token         curl -s ${origin}/local/token -d '{"user":"ada"}'
  Operations      ${origin}/local/ops
  A first export  npm run demo
  Logs            ${join(home, 'local.log')}

  Sample users (no passwords):
${users.join('\n')}

Ctrl-C stops everything; the data stays in ${home}.
`;
}
