import { EACH_BYTE } from '../../core/domain/byte-word.ts';

/**
 * By code of the letter after a backslash, the code of what the two stand for: any other letter for itself.
 * @see https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS
 */
export const escapedBytes = new Uint8Array(256).map((_, code) => code);
['b\b', 'f\f', 'n\n', 'r\r', 't\t', 'v\v'].forEach((pair) => {
  escapedBytes[pair.charCodeAt(0)] = pair.charCodeAt(1);
});

/** In each of four bytes; tabs and line ends are below it, and nothing else that the server sends unescaped: other control characters may be. */
export const ABOVE_ENDS = 0x0e * EACH_BYTE;
