import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CopyDataFilter } from '../../../adapters/postgres/copy-data-filter.ts';

function message(type: string, payload: Buffer): Buffer {
  const header = Buffer.alloc(5);
  header.write(type);
  header.writeUInt32BE(payload.length + 4, 1);
  return Buffer.concat([header, payload]);
}

function filterAll(wire: Buffer, cuts: readonly number[]): { rows: number; file: Buffer; passedOn: Buffer } {
  const passed: Buffer[] = [];
  const filter = new CopyDataFilter((bytes) => passed.push(Buffer.from(bytes)));
  const positions = [0, ...cuts.map((cut) => cut % (wire.length + 1)).toSorted((a, b) => a - b), wire.length];
  const given: Buffer[] = [];
  for (let index = 1; index < positions.length; index++) {
    // A copy, because the filter overwrites what it is given.
    given.push(Buffer.from(filter.push(Buffer.from(wire.subarray(positions[index - 1], positions[index])))));
  }
  return { rows: filter.rows, file: Buffer.concat(given), passedOn: Buffer.concat(passed) };
}

test('rows end with CR LF and everything else is passed on, wherever the network cuts', () => {
  const row = fc.uint8Array({ maxLength: 40 }).map((bytes) => ({ type: 'd', payload: Buffer.from([...bytes, 0x0a]) }));
  const other = fc
    .tuple(fc.constantFrom('N', 'S', 'H', 'c', 'C', 'Z'), fc.uint8Array({ maxLength: 20 }))
    .map(([type, bytes]) => ({ type, payload: Buffer.from(bytes) }));
  const messages = fc.array(fc.oneof({ arbitrary: row, weight: 4 }, other), { maxLength: 30 });

  fc.assert(
    fc.property(messages, fc.array(fc.nat(), { maxLength: 40 }), (sent, cuts) => {
      const all = [...sent, { type: 'c', payload: Buffer.alloc(0) }];
      const rows = all.filter(({ type }) => type === 'd');
      const others = all.filter(({ type }) => type !== 'd');
      const result = filterAll(Buffer.concat(all.map(({ type, payload }) => message(type, payload))), cuts);
      expect(result.rows).toBe(rows.length);
      expect(result.file).toEqual(
        Buffer.concat(rows.map(({ payload }) => Buffer.concat([payload.subarray(0, -1), Buffer.from('\r\n')]))),
      );
      expect(result.passedOn).toEqual(Buffer.concat(others.map(({ type, payload }) => message(type, payload))));
    }),
    { numRuns: 500 },
  );
});

test('a CopyData message that is no line is refused', () => {
  const filter = new CopyDataFilter(() => {});
  expect(() => filter.push(message('d', Buffer.from('no end')))).toThrow('does not end with a line feed');
});
