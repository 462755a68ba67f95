// @module-tag how-fast

import { expect, test } from 'vitest';
import { type CpuProfile, sharesOf } from '../../bench/export/cpu-profile.ts';

const frame = (functionName: string, url = '', lineNumber = -1) => ({ functionName, url, lineNumber, columnNumber: 0 });

const profile: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame('(root)'), children: [2, 5, 6, 7, 8] },
    { id: 2, callFrame: frame('write', 'file:///bundle.mjs', 10), children: [3, 4] },
    { id: 3, callFrame: frame('update', 'node:internal/crypto/hash', 80) },
    { id: 4, callFrame: frame('writev') },
    { id: 5, callFrame: frame('(idle)') },
    { id: 6, callFrame: frame('(garbage collector)') },
    { id: 7, callFrame: frame('send', 'file:///bundle.mjs', 20) },
    // A function may have any name, also that of something every object has.
    { id: 8, callFrame: frame('constructor', 'file:///elsewhere.mjs', 1) },
  ],
  samples: [2, 3, 3, 4, 5, 6, 7, 8],
  timeDeltas: [1e6, 2e6, 3e6, 4e6, 5e6, 6e6, 7e6, -1],
};

const findSource = ({ url, line }: { url: string; line: number }) => {
  if (url !== 'file:///bundle.mjs') return undefined;
  return line === 10 ? 'pipeline/part-packer.ts' : 'node_modules/@smithy/core/dist/index.js';
};

test('time is that of the function on top: the product’s own by file and name, packages as such, native code by who called it', () => {
  expect(sharesOf([profile], findSource)).toEqual([
    { what: '@smithy/core', seconds: 7 },
    { what: 'garbage collection', seconds: 6 },
    { what: 'node:crypto/hash', seconds: 5 },
    { what: 'idle', seconds: 5 },
    { what: 'native writev, for pipeline/part-packer.ts write', seconds: 4 },
    { what: 'pipeline/part-packer.ts write', seconds: 1 },
    { what: 'other', seconds: 0 },
  ]);
});

test('profiles of several threads are added up', () => {
  const [first] = sharesOf([profile, profile], findSource);
  expect(first).toEqual({ what: '@smithy/core', seconds: 14 });
});
