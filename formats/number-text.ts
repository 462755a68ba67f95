const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const LETTER_E = 0x65;
const TO_LOWER_CASE = 0x20;

/** How a number is written: as JSON writes them. `NaN`, `Infinity`, `007` and `+1` are none. */
export type NumberForm = 'none' | 'integer' | 'fraction' | 'exponential';

/** @see https://www.rfc-editor.org/rfc/rfc8259#section-6 */
export function numberForm(source: Uint8Array, start: number, end: number): NumberForm {
  let position = source[start] === MINUS ? start + 1 : start;
  const whole = position;
  position = endOfDigits(source, position, end);
  if (position === whole || (position - whole > 1 && source[whole] === ZERO)) return 'none';
  if (position === end) return 'integer';
  if (source[position] === POINT) {
    const fraction = position + 1;
    position = endOfDigits(source, fraction, end);
    if (position === fraction) return 'none';
    if (position === end) return 'fraction';
  }
  if (((source[position] ?? 0) | TO_LOWER_CASE) !== LETTER_E) return 'none';
  position += 1;
  if (source[position] === PLUS || source[position] === MINUS) position += 1;
  return position < end && endOfDigits(source, position, end) === end ? 'exponential' : 'none';
}

function endOfDigits(source: Uint8Array, start: number, end: number): number {
  let position = start;
  while (position < end && isDigit(source[position] ?? 0)) position += 1;
  return position;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= ZERO + 9;
}
