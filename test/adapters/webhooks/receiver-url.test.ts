// @module-tag webhook-addresses

import { describe, expect, test } from 'vitest';
import { mistakeInReceiverUrl } from '../../../adapters/webhooks/receiver-url.ts';

describe('the URL of a receiver', () => {
  test.each([
    ['https://receiver.example/hook?from=waybill'],
    ['https://receiver.example:8443/'],
    ['https://münchen.example/'],
    ['https://93.184.216.34/'],
    ['https://[2606:2800:220:1:248:1893:25c8:1946]/'],
    [`https://receiver.example/${'x'.repeat(2_023)}`],
  ])('may be %s', (url) => {
    expect(mistakeInReceiverUrl(url, false)).toBeUndefined();
  });

  test.each([
    ['http://receiver.example/', 'begins with https://'],
    ['ftp://receiver.example/', 'begins with https://'],
    ['file:///etc/passwd', 'begins with https://'],
    ['receiver.example', 'begins with https://'],
    ['', 'begins with https://'],
    ['https://', 'begins with https://'],
    ['https://receiver.example/\n', 'control characters'],
    [' https://receiver.example/', 'spaces'],
    ['https://receiver.example/a b', 'spaces'],
    ['https://ada@receiver.example/', 'user name'],
    ['https://:secret@receiver.example/', 'user name'],
    ['https://receiver.example/#', 'fragment'],
    ['https://receiver.example/#part', 'fragment'],
    [`https://receiver.example/${'x'.repeat(2_024)}`, '2,048 characters'],
    ['https://127.0.0.1/', 'not public'],
    ['https://2130706433/', 'not public'],
    ['https://0x7f.1/', 'not public'],
    ['https://127.0.0.1./', 'not public'],
    ['https://10.1.2.3/', 'not public'],
    ['https://169.254.169.254/latest/meta-data/', 'not public'],
    ['https://[::1]/', 'not public'],
    ['https://[fe80::1]/', 'not public'],
    ['https://[::ffff:10.0.0.1]/', 'not public'],
  ])('may not be %s', (url, words) => {
    expect(mistakeInReceiverUrl(url, false)).toContain(words);
  });

  test('may be on this machine, without TLS, where the stage allows that, and nothing else more', () => {
    expect(mistakeInReceiverUrl('http://127.0.0.1:9000/hook', true)).toBeUndefined();
    expect(mistakeInReceiverUrl('file:///etc/passwd', true)).toBeDefined();
    expect(mistakeInReceiverUrl('http://ada:x@127.0.0.1/', true)).toBeDefined();
  });
});
