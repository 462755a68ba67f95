import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAwsChunked } from '../../../local/s3/aws-chunked.ts';

async function decode(framed: readonly Buffer[]) {
  const trailers = new Map<string, string>();
  async function* source() {
    yield* framed;
  }
  const data: Buffer[] = [];
  for await (const chunk of decodeAwsChunked(source(), trailers)) data.push(chunk);
  return { data: Buffer.concat(data), trailers };
}

function frame(chunks: readonly Uint8Array[], trailers = 'x-amz-checksum-crc32:NhCmhg==\r\n'): Buffer {
  const framed = chunks.flatMap((chunk) => [
    Buffer.from(`${chunk.length.toString(16)}\r\n`),
    Buffer.from(chunk),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...framed, Buffer.from(`0\r\n${trailers}\r\n`)]);
}

it('gives back the data and the trailers, however the network cuts the body', async () => {
  const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(chunks, fc.integer({ min: 1, max: 30 }), async (data, pieceSize) => {
      const framed = frame(data);
      const pieces: Buffer[] = [];
      for (let at = 0; at < framed.length; at += pieceSize) pieces.push(framed.subarray(at, at + pieceSize));
      const decoded = await decode(pieces);
      expect(decoded.data).toEqual(Buffer.concat(data));
      expect(decoded.trailers).toEqual(new Map([['x-amz-checksum-crc32', 'NhCmhg==']]));
    }),
  );
});

it('takes a body without trailers', async () => {
  expect(await decode([frame([Buffer.from('hello')], '')])).toEqual({
    data: Buffer.from('hello'),
    trailers: new Map(),
  });
});

it('refuses a body cut off anywhere', async () => {
  const framed = frame([Buffer.from('hello'), Buffer.from('world')]);
  for (let length = 0; length < framed.length; length++) {
    await expect(decode([framed.subarray(0, length)]), `${length} bytes`).rejects.toMatchObject({
      code: 'IncompleteBody',
    });
  }
});

describe('broken framing', () => {
  it.each([
    ['a size that is no number', 'zz\r\nhello\r\n0\r\n\r\n'],
    ['a size below the data', '4\r\nhello\r\n0\r\n\r\n'],
    ['a bare newline', '5\nhello\r\n0\r\n\r\n'],
    ['bytes after the end', '0\r\n\r\nmore'],
    ['a trailer without a colon', '0\r\nnonsense\r\n\r\n'],
    ['an endless line', 'a'.repeat(10_000)],
  ])('refuses %s', async (_, framed) => {
    await expect(decode([Buffer.from(framed)])).rejects.toMatchObject({ code: 'IncompleteBody' });
  });
});
