import ipaddr from 'ipaddr.js';

/**
 * Whether an IP address is one of the public internet: not loopback, private, link-local (which cloud metadata is),
 * carrier-grade NAT, multicast, reserved, nor an IPv6 form that carries or translates to another address.
 * @param address IPv4 or IPv6 as text; whatever else is not public
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
export function isPublicAddress(address: string): boolean {
  // An IPv4 address that is written as IPv6 is judged as what it is.
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}
