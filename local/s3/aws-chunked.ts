import { incompleteBody } from './errors.ts';

/** A chunk header or trailer line longer than this is no honest one. */
const MAX_LINE_LENGTH = 8192;

/**
 * Takes the `aws-chunked` framing off a body: `<hex size>\r\n<data>\r\n` ..., `0\r\n`, trailer lines, `\r\n`.
 * Data passes through without being copied; who takes a whole chunk of `source` may free it.
 * @param trailers filled with the trailers, lower-case names, by the time the generator ends
 * @throws AwsError `IncompleteBody` when the framing is broken or cut off
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  let expecting: 'size' | 'data end' | 'trailer' | 'nothing' = 'size';
  let line = '';
  let dataLeft = 0;
  for await (const chunk of source) {
    let offset = 0;
    while (offset < chunk.length) {
      if (dataLeft > 0) {
        const data = chunk.subarray(offset, offset + dataLeft);
        // Once it is given out it may have been freed.
        dataLeft -= data.length;
        offset += data.length;
        yield data;
        continue;
      }
      const newline = chunk.indexOf('\n', offset);
      const lineEnd = newline < 0 ? chunk.length : newline + 1;
      line += chunk.toString('latin1', offset, lineEnd);
      offset = lineEnd;
      if (expecting === 'nothing' || line.length > MAX_LINE_LENGTH) throw incompleteBody();
      if (newline < 0) break;
      if (!line.endsWith('\r\n')) throw incompleteBody();
      const text = line.slice(0, -2);
      line = '';
      if (expecting === 'size') {
        dataLeft = parseChunkSize(text);
        expecting = dataLeft > 0 ? 'data end' : 'trailer';
      } else if (expecting === 'data end') {
        if (text !== '') throw incompleteBody();
        expecting = 'size';
      } else if (text === '') {
        expecting = 'nothing';
      } else {
        const colon = text.indexOf(':');
        if (colon < 1) throw incompleteBody();
        trailers.set(text.slice(0, colon).toLowerCase(), text.slice(colon + 1).trim());
      }
    }
  }
  if (expecting !== 'nothing') throw incompleteBody();
}

function parseChunkSize(text: string): number {
  const match = /^([0-9a-f]{1,10})(;.*)?$/i.exec(text);
  if (!match?.[1]) throw incompleteBody();
  return Number.parseInt(match[1], 16);
}
