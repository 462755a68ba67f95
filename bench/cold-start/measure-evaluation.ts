import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { environments, type Workload } from '../../core/contract/env.ts';

const run = promisify(execFile);

/** Prints the processor milliseconds (all threads) and the milliseconds that evaluating a module took. */
const PROGRAM = `
const cpu = process.cpuUsage();
const startedAt = performance.now();
await import(process.env.MEASURED_MODULE);
const milliseconds = performance.now() - startedAt;
const { user, system } = process.cpuUsage(cpu);
process.stdout.write(JSON.stringify({ cpuMilliseconds: (user + system) / 1000, milliseconds }), () => process.exit(0));
`;

/** What evaluating a module took in a process of its own. */
export interface Evaluation {
  /** Of the processor, by all threads: what other programs do meanwhile matters less to it. */
  readonly cpuMilliseconds: number;
  readonly milliseconds: number;
}

/** Imports a module in a fresh process, as Lambda does before a function's first event. No service is called. */
export async function measureEvaluation(module: string, environment: Record<string, string>): Promise<Evaluation> {
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    env: { AWS_REGION: 'us-east-1', ...environment, MEASURED_MODULE: module },
  });
  return JSON.parse(stdout) as Evaluation;
}

/** Values that make some variable valid: texts and numbers, memberships, switches, roles. */
const CANDIDATES = ['1', 'stored', 'true', 'alone'];

/** Variables that a workload accepts; they name nothing that exists. */
export function anyEnvironment(workload: Workload): Record<string, string> {
  const variables = Object.entries(environments[workload].shape).flatMap(([name, schema]) => {
    // Node would read the file.
    if (name === 'NODE_EXTRA_CA_CERTS') return [];
    const value = CANDIDATES.find((candidate) => schema.safeParse(candidate).success);
    if (value === undefined) throw new Error(`No value is known for ${name} of ${workload}`);
    return [[name, value]];
  });
  return Object.fromEntries(variables);
}
