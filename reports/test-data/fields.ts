import * as z from 'zod';
import type { Column } from '../../core/domain/report.ts';

/** The column that every file has, and that no field may be called. */
export const ROW_COLUMN = 'row';

const MAX_ENUM_VALUES = 100;
/** With six digits behind the point there are still fewer of them than a number of JavaScript holds exactly. */
const MAX_DECIMAL = 1_000_000_000;
const MAX_SCALE = 6;

/** Kinds of values that need no bounds. */
const plainTypes = [
  'rowNumber',
  'uuid',
  'firstName',
  'lastName',
  'fullName',
  'email',
  'phone',
  'company',
  'street',
  'city',
  'country',
  'postalCode',
  'product',
  'price',
  'sentence',
  'ip',
  'url',
] as const;

const share = z.number().min(0, 'must be between 0 and 1').max(1, 'must be between 0 and 1');

const common = {
  name: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]{0,62}$/, 'must be letters, digits and underscores, with a letter first, 63 at most')
    .meta({ title: 'Name', description: 'The heading in the file.' }),
  nullShare: share.default(0).meta({ title: 'Empty', description: 'The share of rows without a value, from 0 to 1.' }),
};

const bound = z
  .number()
  .min(-MAX_DECIMAL)
  .max(MAX_DECIMAL)
  .multipleOf(10 ** -MAX_SCALE);

const wholeSecond = z.iso.datetime({
  offset: true,
  precision: 0,
  error: 'must be an instant such as 2025-12-31T23:59:59Z',
});

const boundsMessage = { path: ['max'], message: 'must not be below min' };
const rangeMessage = { path: ['to'], message: 'must not be before from' };

/** One column of made-up values. */
const field = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ ...common, type: z.enum(plainTypes) }),
    z
      .strictObject({ ...common, type: z.literal('integer'), min: z.int().default(0), max: z.int().default(1_000) })
      .refine(({ min, max }) => min <= max, boundsMessage),
    z
      .strictObject({
        ...common,
        type: z.literal('decimal'),
        min: bound.default(0),
        max: bound.default(1_000),
        scale: z.int().min(0).max(MAX_SCALE).default(2),
      })
      .refine(({ min, max }) => min <= max, boundsMessage)
      .refine(leavesValues, { path: ['scale'], message: 'leaves no value between min and max' }),
    z.strictObject({ ...common, type: z.literal('boolean'), trueShare: share.default(0.5) }),
    z
      .strictObject({
        ...common,
        type: z.literal('date'),
        from: z.iso.date().default('2020-01-01'),
        to: z.iso.date().default('2025-12-31'),
      })
      .refine(({ from, to }) => from <= to, rangeMessage),
    z
      .strictObject({
        ...common,
        type: z.literal('timestamp'),
        from: wholeSecond.default('2020-01-01T00:00:00Z'),
        to: wholeSecond.default('2025-12-31T23:59:59Z'),
      })
      .refine(({ from, to }) => Date.parse(from) <= Date.parse(to), rangeMessage),
    z.strictObject({
      ...common,
      type: z.literal('enum'),
      values: z.array(z.string().max(200)).min(1, 'must have at least one value').max(MAX_ENUM_VALUES),
    }),
  ],
  { error: 'must have one of the known types' },
);

export type TestDataField = z.output<typeof field>;

/** The columns of a file of test data, in its order. */
export const testDataSchema = z
  .array(field)
  .min(1, 'must have at least one field')
  .max(50, 'must have at most 50 fields')
  .superRefine((fields, context) => {
    const names = new Set([ROW_COLUMN]);
    fields.forEach(({ name }, index) => {
      // Some readers do not tell upper case from lower case.
      const folded = name.toLowerCase();
      if (names.has(folded)) {
        const message = folded === ROW_COLUMN ? 'is the name of the row’s number' : 'is the name of another field';
        context.addIssue({ code: 'custom', path: [index, 'name'], message });
      }
      names.add(folded);
    });
  });

interface DecimalBounds {
  readonly min: number;
  readonly max: number;
  readonly scale: number;
}

/** The least and the greatest value of a decimal field, in units of its last digit. */
export function scaledBounds({ min, max, scale }: DecimalBounds): readonly [least: number, greatest: number] {
  // Shifting the point in the text is exact, where multiplying gives 0.29 * 100 = 28.999999999999996.
  return [Math.ceil(Number(`${min}e${scale}`)), Math.floor(Number(`${max}e${scale}`))];
}

/** Bounds that are wrong by themselves have been told already. */
function leavesValues(bounds: DecimalBounds): boolean {
  const [least, greatest] = scaledBounds(bounds);
  return bounds.min > bounds.max || !(least > greatest);
}

/** How a field's values are written. */
export function columnOf(field: TestDataField): Column {
  const header = field.name;
  switch (field.type) {
    case 'rowNumber':
    case 'integer':
      return { header, type: 'integer' };
    case 'price':
      return { header, type: 'decimal', precision: 12, scale: 2 };
    case 'decimal':
      return { header, type: 'decimal', precision: String(MAX_DECIMAL).length + field.scale, scale: field.scale };
    case 'uuid':
    case 'boolean':
    case 'date':
    case 'timestamp':
    case 'enum':
      return { header, type: field.type };
    default:
      return { header, type: 'text' };
  }
}
