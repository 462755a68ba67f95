/** Says whether an event matches. */
export type EventMatcher = (event: unknown) => boolean;

/** Says whether one leaf value of an event, or its absence (`undefined`), matches. */
type ValueMatcher = (value: unknown) => boolean;

/** What a pattern may hold in its lists besides plain values, by name. */
const OPERATORS: Readonly<Record<string, (operand: unknown, path: string) => ValueMatcher>> = {
  prefix: (operand, path) => {
    if (typeof operand !== 'string') throw unsupported('prefix', path);
    return (value) => typeof value === 'string' && value.startsWith(operand);
  },
  'anything-but': (operand, path) => {
    const excluded = [operand].flat();
    if (!excluded.every(isScalar)) throw unsupported('anything-but', path);
    return (value) => value !== undefined && !excluded.some((one) => one === value);
  },
  exists: (operand, path) => {
    if (typeof operand !== 'boolean') throw unsupported('exists', path);
    return (value) => (value !== undefined) === operand;
  },
};

/**
 * Compiles an EventBridge event pattern: every field of it must match, a list matches if one of its entries does.
 * @throws Error naming a matcher that is not implemented, and where it stands
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function compileEventPattern(pattern: unknown): EventMatcher {
  return compileFields(pattern, '');
}

function compileFields(pattern: unknown, path: string): EventMatcher {
  if (!isRecord(pattern)) throw new Error(`Event pattern${path}: expected an object`);
  const fields = Object.entries(pattern).map(([name, expected]) => {
    const fieldPath = `${path}.${name}`;
    if (name.startsWith('$')) throw unsupported(name, path);
    const matches = Array.isArray(expected) ? compileList(expected, fieldPath) : compileFields(expected, fieldPath);
    return { name, matches };
  });
  return (event) => {
    // A list of objects in the event matches if one of its members does.
    if (Array.isArray(event))
      return event.some((member) => fields.every(({ name, matches }) => matches(field(member, name))));
    return fields.every(({ name, matches }) => matches(field(event, name)));
  };
}

function compileList(expected: readonly unknown[], path: string): ValueMatcher {
  const alternatives = expected.map((entry) => compileEntry(entry, path));
  return (value) => {
    const values = Array.isArray(value) ? value : [value];
    return alternatives.some((matches) => values.some(matches));
  };
}

function compileEntry(entry: unknown, path: string): ValueMatcher {
  if (isScalar(entry)) return (value) => value === entry;
  const [[name, operand] = ['', undefined], ...rest] = isRecord(entry) ? Object.entries(entry) : [];
  const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (operator === undefined || rest.length > 0) throw unsupported(name || JSON.stringify(entry), path);
  return operator(operand, path);
}

function unsupported(matcher: string, path: string): Error {
  return new Error(`Event pattern${path}: the matcher "${matcher}" with this operand is not supported locally`);
}

function field(container: unknown, name: string): unknown {
  return isRecord(container) ? container[name] : undefined;
}

function isScalar(value: unknown): value is string | number | boolean | null {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
