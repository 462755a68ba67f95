/** As V8 writes it. @see https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** Ids of the nodes that were on top, one a look. */
  readonly samples: readonly number[];
  /** Microseconds before each look. */
  readonly timeDeltas: readonly number[];
}

export interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    /** Both from 0; -1 for what has no source. */
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
  readonly children?: readonly number[];
}

/** Where the product's code, or what it called, spent time. */
export interface Share {
  /** `adapters/postgres/copy-data-filter.ts take`, `node:zlib`, `native writev`, `garbage collection`, `idle`. */
  readonly what: string;
  readonly seconds: number;
}

export type FindSource = (place: {
  readonly url: string;
  readonly line: number;
  readonly column: number;
}) => string | undefined;

/** What V8 says of itself. */
const ownNames: ReadonlyMap<string, string> = new Map([
  ['(garbage collector)', 'garbage collection'],
  ['(idle)', 'idle'],
  ['(program)', 'native: socket, event loop'],
  ['(root)', 'native: socket, event loop'],
]);

/**
 * Time by the function on top: the product's own by name and file, packages and Node.js by module; what is native by
 * its name and by who of the product called it, because a checksum and a write to a socket are different matters.
 */
export function sharesOf(profiles: readonly CpuProfile[], findSource: FindSource): readonly Share[] {
  const seconds = new Map<string, number>();
  for (const profile of profiles) {
    const names = namesOf(profile, findSource);
    for (const [index, id] of profile.samples.entries()) {
      const what = names.get(id) ?? 'unknown';
      seconds.set(what, (seconds.get(what) ?? 0) + Math.max(0, profile.timeDeltas[index] ?? 0) / 1e6);
    }
  }
  return [...seconds].map(([what, own]) => ({ what, seconds: own })).sort((a, b) => b.seconds - a.seconds);
}

function namesOf({ nodes }: CpuProfile, findSource: FindSource): ReadonlyMap<number, string> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const names = new Map<number, string>();
  const name = (node: ProfileNode, caller: string | undefined) => {
    const own = nameOf(node, findSource);
    const isNative = own.startsWith('native ');
    names.set(node.id, isNative && caller !== undefined ? `${own}, for ${caller}` : own);
    const isProduct = own.includes('.ts ');
    for (const id of node.children ?? []) {
      const child = byId.get(id);
      if (child !== undefined) name(child, isProduct ? own : caller);
    }
  };
  const [root] = nodes;
  if (root !== undefined) name(root, undefined);
  return names;
}

function nameOf({ callFrame }: ProfileNode, findSource: FindSource): string {
  const { functionName, url, lineNumber, columnNumber } = callFrame;
  const own = ownNames.get(functionName);
  if (own !== undefined) return own;
  if (url.startsWith('node:')) return url.replace('node:internal/', 'node:').split('/').slice(0, 2).join('/');
  const source = findSource({ url, line: lineNumber, column: columnNumber });
  const [, packageName] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source ?? url) ?? [];
  if (packageName !== undefined) return packageName;
  if (source !== undefined) return `${source} ${functionName || '(anonymous)'}`;
  return url === '' ? `native ${functionName || 'code'}` : 'other';
}
