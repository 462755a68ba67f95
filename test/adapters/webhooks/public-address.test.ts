// @module-tag webhook-addresses

import { expect, test } from 'vitest';
import { isPublicAddress } from '../../../adapters/webhooks/public-address.ts';

test.each([['1.1.1.1'], ['93.184.216.34'], ['172.32.0.1'], ['2606:4700:4700::1111'], ['::ffff:8.8.8.8']])(
  '%s is public',
  (address) => {
    expect(isPublicAddress(address)).toBe(true);
  },
);

test.each([
  ['127.0.0.1', 'loopback'],
  ['127.255.255.254', 'loopback'],
  ['0.0.0.0', 'unspecified'],
  ['10.1.2.3', 'private'],
  ['172.16.0.1', 'private'],
  ['192.168.1.1', 'private'],
  ['169.254.169.254', 'link-local: the metadata of a cloud'],
  ['169.254.170.2', 'link-local: the credentials of a task'],
  ['100.64.0.1', 'carrier-grade NAT'],
  ['192.0.2.1', 'documentation'],
  ['198.18.0.1', 'benchmarks'],
  ['224.0.0.1', 'multicast'],
  ['255.255.255.255', 'broadcast'],
  ['::1', 'loopback'],
  ['::', 'unspecified'],
  ['fe80::1', 'link-local'],
  ['fd00:ec2::254', 'unique local: the metadata of a cloud'],
  ['ff02::1', 'multicast'],
  ['::ffff:127.0.0.1', 'loopback as IPv6'],
  ['::ffff:169.254.169.254', 'metadata as IPv6'],
  ['::ffff:a9fe:a9fe', 'metadata as IPv6, in hex'],
  ['64:ff9b::a9fe:a9fe', 'metadata through NAT64'],
  ['2002:a9fe:a9fe::1', 'metadata through 6to4'],
  ['2001:0:4136:e378:8000:63bf:3fff:fdd2', 'Teredo'],
  ['localhost', 'a name'],
  ['', 'nothing'],
])('%s is not: %s', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});
