// @module-tag key-of-files
// @module-tag template-guarantees
// @module-tag age-of-signatures

import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { parseStageConfig } from '../../lib/config/config.ts';
import { bucketGuarantees } from './guarantees/bucket-guarantees.ts';
import { executionGuarantees } from './guarantees/execution-guarantees.ts';
import type { Synthesized } from './guarantees/guarantee.ts';
import { keepingGuarantees } from './guarantees/keeping-guarantees.ts';
import { keyGuarantees } from './guarantees/key-guarantees.ts';
import { networkGuarantees } from './guarantees/network-guarantees.ts';
import { cdkContext, createStack, existingDatabase, type StackOptions } from './synthesize.ts';

function synthesize(stage: string, config: NonNullable<StackOptions['config']> = {}): Synthesized {
  const { stack } = createStack({ stage, config });
  return {
    resources: Template.fromStack(stack).toJSON().Resources,
    config: { ...parseStageConfig(stage, cdkContext.stages[stage]), ...config },
    terminationProtection: stack.terminationProtection ?? false,
  };
}

const stacks = {
  local: synthesize('local'),
  dev: synthesize('dev'),
  prod: synthesize('prod'),
  'prod beside an existing database': synthesize('prod', { database: existingDatabase }),
};
const guarantees = [
  ...bucketGuarantees,
  ...keyGuarantees,
  ...networkGuarantees,
  ...executionGuarantees,
  ...keepingGuarantees,
];

describe.each(guarantees)('every stack $name', ({ violations, twins }) => {
  it.each(Object.entries(stacks))('stage %s', (_, stack) => {
    expect(violations(stack)).toEqual([]);
  });

  // Stage dev goes with its data, stage prod keeps them: a damage has to show in both.
  it.each(Object.entries(twins))('or it is noticed: %s', (_, damage) => {
    for (const { config, ...stack } of [stacks.dev, stacks.prod]) {
      const damaged = { config, ...structuredClone(stack) };
      damage(damaged);
      expect(violations(damaged), `retainData: ${config.retainData}`).not.toEqual([]);
    }
  });
});
