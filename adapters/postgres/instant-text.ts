const SPACE = 0x20;
const PLUS = 0x2b;
const MINUS = 0x2d;
const ZERO = 0x30;
const COLON = 0x3a;
const LETTER_T = 0x54;

/** Where the time begins, after a year of four digits. */
const TIME_AT = '2024-03-31'.length;

/** The most bytes that {@link finishInstant} adds. */
const INSTANT_GROWTH = ':00'.length;

/**
 * Makes ISO 8601 of an instant as the server sends it, in place: `2024-03-31 03:00:00.123456+02` becomes
 * `2024-03-31T03:00:00.123456+02:00`. Its text is all that differs: time zone and digits are the server's.
 * @param bytes has room for {@link INSTANT_GROWTH} bytes more
 * @returns where the text ends now
 * @see https://www.postgresql.org/docs/current/datatype-datetime.html#DATATYPE-DATETIME-OUTPUT
 */
export function finishInstant(bytes: Uint8Array, start: number, end: number): number {
  const beforeOffset = bytes[end - 3];
  const hasHoursOnly = beforeOffset === PLUS || beforeOffset === MINUS;
  if (bytes[start + TIME_AT] !== SPACE || !(hasHoursOnly || beforeOffset === COLON)) {
    return finishRareInstant(bytes, start, end);
  }
  bytes[start + TIME_AT] = LETTER_T;
  if (!hasHoursOnly) return end;
  bytes[end] = COLON;
  bytes[end + 1] = ZERO;
  bytes[end + 2] = ZERO;
  return end + INSTANT_GROWTH;
}

const rareInstant = /^(\d+-\d\d-\d\d) (.+?[+-]\d\d)(:.+?)?( BC)?$/;

/** Years after 9999, years before the first, and what is no instant at all. */
function finishRareInstant(bytes: Uint8Array, start: number, end: number): number {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
  if (text.endsWith('infinity')) {
    finishDate(bytes, start);
    return end;
  }
  const [, day, time, minutes = ':00', era = ''] = rareInstant.exec(text) ?? [];
  if (day === undefined) throw new Error('A timestamp of a COPY is not in ISO style');
  const finished = Buffer.from(`${day}T${time}${minutes}${era}`);
  bytes.set(finished, start);
  return start + finished.length;
}

const LOWER_I = 0x69;
const UPPER_I = 0x49;

/** Makes `Infinity` and `-Infinity` of a date that is none, in place: the server writes them small. */
export function finishDate(bytes: Uint8Array, start: number): void {
  if (bytes[start] === LOWER_I) bytes[start] = UPPER_I;
  else if (bytes[start + 1] === LOWER_I) bytes[start + 1] = UPPER_I;
}
