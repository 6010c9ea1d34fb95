/** Whether only the machine itself can reach `host:port`: `localhost`, `127.…` or `::1`. The host alone will do, an IPv6 one in brackets. */
export function isLoopback(address: string): boolean {
  const host = address.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
