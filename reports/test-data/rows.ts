import { base, en, Faker } from '@faker-js/faker';
import type { Cell } from '../../core/domain/report.ts';
import { ROW_COLUMN, scaledBounds, type TestDataField } from './fields.ts';
import { zonedTimeWriter } from './zoned-time.ts';

const CHUNK_ROWS = 1_000;
const DAY_MS = 24 * 3_600_000;

export interface TestDataRequest {
  readonly schema: readonly TestDataField[];
  readonly seed: number;
  readonly rows: number;
}

type TestDataRow = Record<string, Cell>;

/**
 * The same rows for the same request, a chunk at a time. Each chunk has a seed of its own, made of the request's and the
 * chunk's place.
 * @param timeZone only decides how instants are written
 */
export function* testDataRows({ schema, seed, rows }: TestDataRequest, timeZone: string): Generator<TestDataRow[]> {
  const faker = new Faker({ locale: [en, base] });
  // Nothing may depend on the day of the run.
  faker.setDefaultRefDate(0);
  const writers = schema.map((field) => ({ field, write: valueWriter(faker, field, zonedTimeWriter(timeZone)) }));

  for (let first = 1; first <= rows; first += CHUNK_ROWS) {
    faker.seed([seed, first]);
    yield Array.from({ length: Math.min(CHUNK_ROWS, rows - first + 1) }, (_, index) => {
      const row: TestDataRow = { [ROW_COLUMN]: String(first + index) };
      for (const { field, write } of writers) {
        const value = write(first + index);
        // Drawn for every value, so that a share changes no other field.
        row[field.name] = faker.number.float() < field.nullShare ? null : value;
      }
      return row;
    });
  }
}

type ValueWriter = (rowNumber: number) => string;

function valueWriter(faker: Faker, field: TestDataField, zonedTime: (instant: number) => string): ValueWriter {
  switch (field.type) {
    case 'rowNumber':
      return String;
    case 'uuid':
      return () => faker.string.uuid();
    case 'firstName':
      return () => faker.person.firstName();
    case 'lastName':
      return () => faker.person.lastName();
    case 'fullName':
      return () => faker.person.fullName();
    case 'email':
      // Of domains that are nobody's: https://www.rfc-editor.org/rfc/rfc2606
      return () => faker.internet.exampleEmail();
    case 'phone':
      return () => faker.phone.number({ style: 'national' });
    case 'company':
      return () => faker.company.name();
    case 'street':
      return () => faker.location.streetAddress();
    case 'city':
      return () => faker.location.city();
    case 'country':
      return () => faker.location.country();
    case 'postalCode':
      return () => faker.location.zipCode();
    case 'product':
      return () => faker.commerce.productName();
    case 'price':
      return () => withScale(faker.number.int({ min: 100, max: 100_000 }), 2);
    case 'sentence':
      return () => faker.lorem.sentence();
    case 'ip':
      return () => faker.internet.ipv4();
    case 'url':
      return () => `https://${faker.internet.domainWord()}.example/${faker.lorem.slug()}`;
    case 'integer':
      return () => String(faker.number.int({ min: field.min, max: field.max }));
    case 'decimal': {
      const [min, max] = scaledBounds(field);
      return () => withScale(faker.number.int({ min, max }), field.scale);
    }
    case 'boolean':
      return () => String(faker.number.float() < field.trueShare);
    case 'date': {
      const [min, max] = [Date.parse(field.from) / DAY_MS, Date.parse(field.to) / DAY_MS];
      return () => new Date(faker.number.int({ min, max }) * DAY_MS).toISOString().slice(0, 'yyyy-mm-dd'.length);
    }
    case 'timestamp': {
      const [min, max] = [Date.parse(field.from) / 1_000, Date.parse(field.to) / 1_000];
      return () => zonedTime(faker.number.int({ min, max }) * 1_000);
    }
    case 'enum':
      return () => faker.helpers.arrayElement(field.values);
  }
}

/** `-0.05` for -5 and a scale of 2. */
function withScale(units: number, scale: number): string {
  const digits = String(Math.abs(units)).padStart(scale + 1, '0');
  const point = digits.length - scale;
  const fraction = scale === 0 ? '' : `.${digits.slice(point)}`;
  return `${units < 0 ? '-' : ''}${digits.slice(0, point)}${fraction}`;
}
