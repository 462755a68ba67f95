/**
 * By code of the letter after a backslash, the code of what the two stand for: any other letter for itself.
 * @see https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS
 */
export const escapedBytes = new Uint8Array(256).map((_, code) => code);
['b\b', 'f\f', 'n\n', 'r\r', 't\t', 'v\v'].forEach((pair) => {
  escapedBytes[pair.charCodeAt(0)] = pair.charCodeAt(1);
});
