import { BlockList, isIP } from 'node:net';
import { invalid } from '@muster/kernel';

/**
 * Reads IpAddressRange: an IPv4 or IPv6 address, or a CIDR whose host bits may be set (TAT's own sample is `192.168.10.1/10`).
 * Gives the test for addresses; IPv4 written as IPv6 (`::ffff:…`) counts as IPv4. Refusal: InvalidParameter.
 */
export function addressRange(text: string): (address: string) => boolean {
  const slash = text.indexOf('/');
  const base = slash < 0 ? text : text.slice(0, slash);
  const bits = slash < 0 ? undefined : text.slice(slash + 1);
  const family = isIP(base);
  const mostBits = family === 4 ? 32 : 128;
  // a zone (`fe80::1%eth0`) means something on one machine only
  if (
    family === 0 ||
    base.includes('%') ||
    (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= mostBits))
  ) {
    throw invalid(
      'InvalidParameter',
      'IpAddressRange',
      `must be an IPv4 or IPv6 address or CIDR, was \`${text.slice(0, 100)}\``,
    );
  }
  const list = new BlockList();
  list.addSubnet(base, bits === undefined ? mostBits : Number(bits), nameOf(family));
  return (address) => {
    const given = isIP(address);
    return given !== 0 && list.check(address, nameOf(given));
  };
}

function nameOf(family: number): 'ipv4' | 'ipv6' {
  return family === 4 ? 'ipv4' : 'ipv6';
}
