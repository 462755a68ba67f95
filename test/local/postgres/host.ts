// Starts a server in the directory that is its argument, says where, and then does nothing until it is killed.
import { startPostgres } from '../../../local/postgres/server.ts';

const [directory = ''] = process.argv.slice(2);
const { port } = await startPostgres({ directory, log: () => undefined });
process.stdout.write(`${port}\n`);
