import { type BoundsName, largerBounds } from './bounds.ts';
import { type Exploration, explore } from './explorer.ts';
import { attack, mutants } from './mutants.ts';
import { protocol } from './protocol.ts';
import { largerRangesBounds, type RangesBoundsName } from './ranges/bounds.ts';
import { attackRanges, rangesMutants } from './ranges/mutants.ts';
import { rangesProtocol } from './ranges/protocol.ts';

/** A state takes about a kilobyte while it is being searched; with this many a search needs some gigabytes. */
const MAX_STATES = 8_000_000;

const row = (cells: readonly (string | number)[]) => console.info(`| ${cells.join(' | ')} |`);
const figures = ({ states, transitions, milliseconds }: Exploration) => [
  states.toLocaleString('en'),
  transitions.toLocaleString('en'),
  (milliseconds / 1000).toFixed(1),
];

row(['exploration', 'faults', 'states', 'transitions', 'seconds', 'violations']);
row(['---', '---', '---', '---', '---', '---']);
function report(name: string, faults: number, exploration: Exploration): void {
  row([name, faults, ...figures(exploration), exploration.violations.length]);
  for (const { of, trace } of exploration.violations) console.error([`${name}: ${of}`, ...trace].join('\n  '));
  if (exploration.violations.length > 0) process.exitCode = 1;
}

const isOfRanges = process.argv.includes('--ranges');
if (!isOfRanges) {
  for (const name of Object.keys(largerBounds) as (BoundsName | 'together')[]) {
    const bounds = largerBounds[name];
    report(name, bounds.faults, explore(protocol(bounds), { maxStates: MAX_STATES }));
  }
}
for (const name of Object.keys(largerRangesBounds) as RangesBoundsName[]) {
  const bounds = largerRangesBounds[name];
  report(`ranges: ${name}`, bounds.faults, explore(rangesProtocol(bounds), { maxStates: MAX_STATES }));
}

console.info();
row(['weakened protocol', 'states', 'transitions', 'seconds', 'killed by']);
row(['---', '---', '---', '---', '---']);
const attacks = [
  ...(isOfRanges ? [] : mutants.map((mutant) => ({ name: mutant.name, begin: () => attack(mutant) }))),
  ...rangesMutants.map((mutant) => ({ name: mutant.name, begin: () => attackRanges(mutant) })),
];
for (const { name, begin } of attacks) {
  const exploration = begin();
  const killers = exploration.violations.map(({ of }) => of);
  row([name, ...figures(exploration), killers.join('; ') || 'SURVIVES']);
  if (killers.length === 0) process.exitCode = 1;
}
