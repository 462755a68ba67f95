import fc from 'fast-check';
import { v7 } from 'uuid';
import { expect, it } from 'vitest';
import { exportAt, placeOf } from '../../../adapters/dynamodb/line-place.ts';
import { type ExportId, isExportId } from '../../../core/domain/export-id.ts';

const anyId = fc
  .record({ msecs: fc.integer({ min: 0, max: 2 ** 48 - 1 }), random: fc.uint8Array({ minLength: 16, maxLength: 16 }) })
  .map((options): ExportId => `exp_${v7(options)}`);

it('is the id again, in 22 characters', () => {
  fc.assert(
    fc.property(anyId, (id) => {
      expect(isExportId(id)).toBe(true);
      expect(placeOf(id)).toMatch(/^[-\w]{22}$/);
      expect(exportAt(placeOf(id))).toBe(id);
    }),
  );
});

it('sorts as the ids do, byte by byte, also when they differ in a single digit', () => {
  const nearby = anyId.chain((id) =>
    fc
      .tuple(fc.constant(id), fc.integer({ min: 4, max: 39 }), fc.constantFrom(...'0123456789abcdef'))
      .filter(([, at]) => id[at] !== '-')
      .map(([, at, digit]): [ExportId, ExportId] => [id, `${id.slice(0, at)}${digit}${id.slice(at + 1)}` as ExportId]),
  );
  fc.assert(
    fc.property(fc.oneof(nearby, fc.tuple(anyId, anyId)), ([a, b]) => {
      const order = Buffer.compare(Buffer.from(placeOf(a)), Buffer.from(placeOf(b)));
      expect(order).toBe(a < b ? -1 : a > b ? 1 : 0);
    }),
  );
});
