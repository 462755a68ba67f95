import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attachmentDisposition } from '../../../adapters/s3/content-disposition.ts';

test.each([
  [
    'orders-2024-03-31-9f2c1b.csv',
    `attachment; filename="orders-2024-03-31-9f2c1b.csv"; filename*=UTF-8''orders-2024-03-31-9f2c1b.csv`,
  ],
  ['a"; x=".csv', `attachment; filename="a_; x=_.csv"; filename*=UTF-8''a%22%3B%20x%3D%22.csv`],
  ['a\r\nSet-Cookie: b.csv', `attachment; filename="a__Set-Cookie: b.csv"; filename*=UTF-8''a__Set-Cookie%3A%20b.csv`],
  ['../../etc/passwd', `attachment; filename=".._.._etc_passwd"; filename*=UTF-8''.._.._etc_passwd`],
  ["it's (1)*.csv", `attachment; filename="it's (1)*.csv"; filename*=UTF-8''it%27s%20%281%29%2A.csv`],
  ['订单.csv', `attachment; filename="__.csv"; filename*=UTF-8''%E8%AE%A2%E5%8D%95.csv`],
  ['100%41.csv', `attachment; filename="100_41.csv"; filename*=UTF-8''100%2541.csv`],
])('%j', (name, header) => {
  expect(attachmentDisposition(name)).toBe(header);
});

test('no name can add a header or a parameter', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      expect(attachmentDisposition(name)).toMatch(
        /^attachment; filename="[ !#-~]*"; filename\*=UTF-8''[\w.!#$&+^`|~%-]*$/,
      );
    }),
  );
});
