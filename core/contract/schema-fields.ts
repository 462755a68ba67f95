import * as z from 'zod';

/** How many. */
export const count = z.number().int().nonnegative();

export const instant = z.iso.datetime().meta({ description: 'An instant in UTC, ISO 8601.' });

export const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'must be an IANA time zone such as Europe/Berlin')
  .meta({ description: 'IANA time zone in which dates are understood and timestamps are written.' });

export const locale = z.string().max(35).refine(isLocale, 'must be a language tag such as de-DE').meta({
  description:
    'BCP 47 language tag. Where its decimal mark is a comma, the excel dialect writes decimal commas and separates with semicolons, as Excel expects there.',
});

/** Whether `tag` is well formed and the runtime knows its conventions. */
function isLocale(tag: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(tag).length === 1;
  } catch {
    return false;
  }
}

/** Whether the runtime knows `name` as an IANA zone; bare offsets such as +02:00 are not zones. */
function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Letters that would start a new header or hide text have no place in one line of free text. */
export const plainLine = z.string().regex(/^[^\p{Cc}]*$/u, 'must not contain control characters');

/** What mail can be sent to. @see https://docs.aws.amazon.com/ses/latest/APIReference/API_Destination.html */
export const emailAddress = z
  .email({
    error: ({ input }) =>
      typeof input === 'string' && /[^\x20-\x7e]/.test(input)
        ? 'must be in ASCII characters: mail cannot be sent to other addresses (a domain can be given as xn--...)'
        : 'must be an e-mail address such as ada@example.com',
  })
  .max(254);

/** How many at once, in a query. */
export const limit = z
  .string()
  .regex(/^([1-9]|[1-9]\d|100)$/, 'must be a whole number from 1 to 100')
  .transform(Number);
