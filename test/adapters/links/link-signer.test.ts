// @module-tag forged-links

import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LinkKey, LinkKeys } from '../../../adapters/links/link-keys.ts';
import { hmacLinkSigner } from '../../../adapters/links/link-signer.ts';
import type { DownloadLink } from '../../../core/ports/link-signer.ts';
import { exportId, T0 } from '../../support/exports.ts';

const link: DownloadLink = { accountId: 'acme', exportId: exportId(1), recipientUserId: 'usr_ada', expiresAt: T0 };
const newer: LinkKey = { id: 'key-2', secret: 'n'.repeat(43) };
const older: LinkKey = { id: 'key-1', secret: 'o'.repeat(43) };

/** A signer that counts how often a key was looked for. */
function signerWith(...keys: [LinkKey, ...LinkKey[]]) {
  const looked: string[] = [];
  const source: LinkKeys = {
    current: async () => keys[0],
    find: async (id) => {
      looked.push(id);
      return keys.find((key) => key.id === id);
    },
  };
  return { ...hmacLinkSigner(source), looked };
}

/** A token over any payload text, with a right signature. */
function signed(payload: string, key = newer): string {
  const encoded = Buffer.from(payload).toString('base64url');
  return `${encoded}.${createHmac('sha256', key.secret).update(encoded).digest('base64url')}`;
}

describe('a token', () => {
  test('says what was signed', async () => {
    const { sign, verify } = signerWith(newer);
    const token = await sign(link);
    expect(await verify(token)).toEqual(link);
    // Safe in a path, and short enough for every mail program.
    expect(token).toMatch(/^[\w-]+\.[\w-]{43}$/);
    expect(token.length).toBeLessThan(300);
  });

  test('holds ids of any letters, and rounds its expiry down to the second', async () => {
    const { sign, verify } = signerWith(newer);
    const odd = { ...link, accountId: 'Käufer "A"|,\u2028', recipientUserId: 'auth0|✓', expiresAt: T0 + 999 };
    expect(await verify(await sign(odd))).toEqual({ ...odd, expiresAt: T0 });
  });

  test('changed in any one bit is invalid', async () => {
    const { sign, verify } = signerWith(newer);
    // Payloads of each length modulo 3: their last characters have 0, 2 or 4 bits that carry nothing.
    for (const recipientUserId of ['usr_a', 'usr_ab', 'usr_abc']) {
      const bytes = Buffer.from(await sign({ ...link, recipientUserId }));
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const changed = Buffer.from(bytes);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(await verify(changed.toString('latin1')), `bit ${bit}`).toBeUndefined();
      }
    }
  });

  test('written otherwise for the same bytes is invalid', async () => {
    const { sign, verify } = signerWith(newer);
    const token = await sign(link);
    const [payload = '', signature = ''] = token.split('.');
    const inBase64 = (part: string) => Buffer.from(part, 'base64url').toString('base64');
    const spaced = Buffer.from(payload, 'base64url').toString().replaceAll(',', ', ');
    for (const other of [
      `${inBase64(payload)}.${signature}`,
      `${payload}.${inBase64(signature)}`,
      `${payload}=.${signature}`,
      `${token}.`,
      `${token}.${signature}`,
      ` ${token}`,
      `${token}\n`,
      token.toUpperCase(),
      signed(spaced),
    ]) {
      expect(await verify(other), other).toBeUndefined();
    }
  });

  test.each([
    ['another version', `[2,"key-2","acme","${link.exportId}","usr_ada",1]`],
    ['a part too many', `[1,"key-2","acme","${link.exportId}","usr_ada",1,1]`],
    ['an expiry that is no whole number', `[1,"key-2","acme","${link.exportId}","usr_ada",1.5]`],
    ['an expiry in another notation', `[1,"key-2","acme","${link.exportId}","usr_ada",1e3]`],
    ['no export id', '[1,"key-2","acme","../secrets","usr_ada",1]'],
    ['an object', '{"keyId":"key-2"}'],
  ])('with a right signature over %s is invalid', async (_, payload) => {
    const good = `[1,"key-2","acme","${link.exportId}","usr_ada",1000]`;
    const { verify } = signerWith(newer);
    expect(await verify(signed(good))).toMatchObject({ expiresAt: 1_000_000 });
    expect(await verify(signed(payload))).toBeUndefined();
  });

  test('that is no token never is one, and costs no look at the keys', async () => {
    const { verify, looked } = signerWith(newer);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 2_000 }), async (text) => {
        expect(await verify(text)).toBeUndefined();
      }),
    );
    expect(looked).toEqual([]);
  });

  test('above 1,024 characters is refused before any work', async () => {
    const { sign, verify, looked } = signerWith(newer);
    const padded = (length: number) => signed(`[1,"key-2","${'a'.repeat(length)}","${link.exportId}","u",1]`);
    const [longest, tooLong] = [padded(650), padded(680)];
    expect([longest.length <= 1_024, tooLong.length <= 1_024]).toEqual([true, false]);
    expect(await verify(longest)).toBeDefined();
    expect(await verify(tooLong)).toBeUndefined();
    expect(looked).toHaveLength(1);
    await expect(sign({ ...link, accountId: 'a'.repeat(680) })).rejects.toThrow('too long');
  });
});

describe('a replaced key', () => {
  test('is accepted as long as it is known, and signs nothing new', async () => {
    const old = await signerWith(older).sign(link);
    const both = signerWith(newer, older);
    expect(await both.verify(old)).toEqual(link);
    expect(await signerWith(newer).verify(await both.sign(link))).toEqual(link);
    expect(await signerWith(newer).verify(old)).toBeUndefined();
  });

  test('is not accepted under the name of another', async () => {
    const impostor = { ...older, id: newer.id };
    expect(await signerWith(newer).verify(await signerWith(impostor).sign(link))).toBeUndefined();
  });
});
