// What a deployment costs: npm run cost -- --stage prod
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { metrics } from '../core/contract/metrics.ts';
import { type CostLine, costOfExport, costWhenIdle, total } from './cost/estimate.ts';
import { standingResourcesOf } from './cost/standing-resources.ts';

const USAGE = `Usage: npm run cost -- [options]
  --stage STAGE      whose idle month is counted, from cdk.out (prod)
  --small N          exports of 1,000 rows in a month (1000)
  --large N          exports of --rows rows in a month (10)
  --rows N           rows of a large one (1000000)
  --downloads N      downloads of each file (1)`;

const { values } = parseArgs({
  options: {
    stage: { type: 'string', default: 'prod' },
    small: { type: 'string', default: '1000' },
    large: { type: 'string', default: '10' },
    rows: { type: 'string', default: '1000000' },
    downloads: { type: 'string', default: '1' },
  },
});
const number = (name: 'small' | 'large' | 'rows' | 'downloads') => {
  if (/^\d{1,12}$/.test(values[name])) return Number(values[name]);
  console.error(`--${name} is ${values[name]}: it must be a whole number.\n${USAGE}`);
  process.exit(2);
};
const [small, large, rows, downloads] = [number('small'), number('large'), number('rows'), number('downloads')];

const file = `cdk.out/Waybill-${values.stage}.template.json`;
if (!existsSync(file)) {
  console.error(`There is no ${file}. Write it first: npm run synth -- -c stage=${values.stage}`);
  process.exit(2);
}

const ofSmall = costOfExport({ rows: 1_000, downloads });
const ofLarge = costOfExport({ rows, downloads });
const idle = costWhenIdle(standingResourcesOf(JSON.parse(readFileSync(file, 'utf8')), Object.keys(metrics)));
print('1,000 exports of 1,000 rows', ofSmall, 1_000);
print(`One export of ${rows.toLocaleString('en')} rows`, ofLarge);
print(`A month of ${values.stage} without exports`, idle);
const month = total(idle) + small * total(ofSmall) + large * total(ofLarge);
console.log(`A month with ${small} small and ${large} large exports: ${dollars(month)}`);
console.log('List prices of us-east-1, without free tiers: see scripts/cost/prices.ts and docs/cost.md.');

function print(title: string, lines: readonly CostLine[], times = 1): void {
  console.log(`${title}: ${dollars(times * total(lines))}`);
  for (const { what, usd } of lines) console.log(`  ${what.padEnd(28)} ${dollars(times * usd).padStart(12)}`);
  console.log();
}

function dollars(usd: number): string {
  return `$${usd.toFixed(usd < 1 ? 4 : 2)}`;
}
