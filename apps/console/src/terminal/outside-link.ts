/** Where a link in a terminal really leads. */
export interface OutsideLink {
  /** As a browser reads it: other alphabets in the host name are spelled out (`xn--…`). */
  readonly href: string;
  readonly host: string;
  /** Why to look twice; empty when nothing speaks for it. */
  readonly warning: string;
}

/** More than any page needs; a longer address would only hide its end. */
const MOST = 2_048;

/** Reads an address that a program printed. Undefined for everything but http and https. */
export function outsideLink(text: string): OutsideLink | undefined {
  if (text.length > MOST || !URL.canParse(text)) return undefined;
  const { protocol, href, host, username, password } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return undefined;
  return { href, host, warning: warningOf(host, username !== '' || password !== '') };
}

function warningOf(host: string, named: boolean): string {
  if (named) return 'The address begins with a name and an @, which can pass for another host.';
  if (host.split('.').some((label) => label.startsWith('xn--'))) return 'The host has letters of another alphabet.';
  return '';
}
