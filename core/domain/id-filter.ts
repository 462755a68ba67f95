import * as z from 'zod';

/**
 * A filter for the number of one thing. It is text, because numbers in JSON are exact to 53 bits only; a query compares
 * with `${id}::bigint`.
 * @param what the thing with its article, for the message: `an event`
 */
export function idFilter(what: string): z.ZodString {
  return z.string().regex(/^[1-9]\d{0,17}$/, `must be the number of ${what}`);
}

/** A filter for several of them; a query compares with `ANY (${ids}::bigint[])`. */
export function idsFilter(what: string): z.ZodArray<z.ZodString> {
  return z.array(idFilter(what)).min(1).max(100);
}
