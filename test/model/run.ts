import { type BoundsName, largerBounds } from './bounds.ts';
import { type Exploration, explore } from './explorer.ts';
import { attack, mutants } from './mutants.ts';
import { protocol } from './protocol.ts';

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
for (const name of Object.keys(largerBounds) as (BoundsName | 'together')[]) {
  const exploration = explore(protocol(largerBounds[name]), { maxStates: MAX_STATES });
  row([name, largerBounds[name].faults, ...figures(exploration), exploration.violations.length]);
  for (const { of, trace } of exploration.violations) console.error([`${name}: ${of}`, ...trace].join('\n  '));
  if (exploration.violations.length > 0) process.exitCode = 1;
}

console.info();
row(['weakened protocol', 'states', 'transitions', 'seconds', 'killed by']);
row(['---', '---', '---', '---', '---']);
for (const mutant of mutants) {
  const exploration = attack(mutant);
  const killers = exploration.violations.map(({ of }) => of);
  row([mutant.name, ...figures(exploration), killers.join('; ') || 'SURVIVES']);
  if (killers.length === 0) process.exitCode = 1;
}
