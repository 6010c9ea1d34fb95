/** A number as JSON or as text writes it; undefined for everything else (also for infinities and hexadecimal). */
export function readNumber(text: string): number | undefined {
  if (!/^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

export function readBoolean(text: string): boolean | undefined {
  const word = text.toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : undefined;
}

const DATE =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:[T ](?:[01]\d|2[0-3])(?::[0-5]\d){2}(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?)?$/;
const DATE_LENGTH = 'YYYY-MM-DD'.length;
const USUAL_LENGTH = 'YYYY-MM-DDThh:mm:ssZ'.length;

/**
 * An ISO 8601 instant in milliseconds since 1970. A blank may stand for the `T`, no zone means UTC, no time means
 * midnight. A day that the calendar does not have (30 February) is no date.
 */
export function readDate(text: string): number | undefined {
  if (!DATE.test(text) || !hasDay(text)) return undefined;
  if (text.length === DATE_LENGTH) return Date.parse(text);
  const zoned = text.endsWith('Z') || text.at(-6) === '+' || text.at(-6) === '-';
  // how every call says what time it is
  if (zoned && text.length === USUAL_LENGTH && text[0] !== '0') return usualDate(text);
  return Date.parse(`${text.slice(0, DATE_LENGTH)}T${text.slice(DATE_LENGTH + 1)}${zoned ? '' : 'Z'}`);
}

/** Whether the calendar has the day: the platform reads 30 February as 2 March. */
function hasDay(text: string): boolean {
  const day = twoDigits(text, 8);
  return day <= 28 || new Date(text.slice(0, DATE_LENGTH)).getUTCDate() === day;
}

function usualDate(text: string): number {
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const [month, day] = [twoDigits(text, 5), twoDigits(text, 8)];
  return Date.UTC(year, month - 1, day, twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17));
}

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO;
}

/** 4 bytes of an IPv4 address or 16 of an IPv6 one; a mapped `::ffff:a.b.c.d` is the IPv4 address it stands for. */
export type Address = readonly number[];

/** An address and how many of its leading bits count; host bits need not be zero. */
export interface Network {
  readonly address: Address;
  readonly prefix: number;
}

const MAPPED_BITS = 96;

export function readAddress(text: string): Address | undefined {
  const bytes = rawAddress(text);
  return bytes !== undefined && isMapped(bytes) ? bytes.slice(12) : bytes;
}

/** `192.0.2.1`, `10.121.2.10/24`, `2001:db8::/32`; a bare address is a network of one. */
export function readNetwork(text: string): Network | undefined {
  const slash = text.indexOf('/');
  const bytes = rawAddress(slash < 0 ? text : text.slice(0, slash));
  if (bytes === undefined) return undefined;
  const bits = bytes.length * 8;
  const length = slash < 0 ? String(bits) : text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(length) || Number(length) > bits) return undefined;
  const prefix = Number(length);
  // Callers behind a dual-stack socket are seen as IPv4, so a mapped network has to become one too.
  if (isMapped(bytes) && prefix >= MAPPED_BITS) return { address: bytes.slice(12), prefix: prefix - MAPPED_BITS };
  return { address: bytes, prefix };
}

export function inNetwork(address: Address, network: Network): boolean {
  if (address.length !== network.address.length) return false;
  const whole = network.prefix >> 3;
  for (let i = 0; i < whole; i++) if (address[i] !== network.address[i]) return false;
  const rest = 8 - (network.prefix & 7);
  return rest === 8 || address[whole]! >> rest === network.address[whole]! >> rest;
}

function rawAddress(text: string): number[] | undefined {
  return text.includes(':') ? readIpv6(text) : readIpv4(text);
}

function isMapped(bytes: Address): boolean {
  return bytes.length === 16 && bytes.slice(0, 10).every((b) => b === 0) && bytes[10] === 255 && bytes[11] === 255;
}

const DOT = 46;
const ZERO = 48;
const NINE = 57;

/** Four decimal numbers. A leading zero is refused: some readers take it for octal. By character: every call brings one. */
function readIpv4(text: string): number[] | undefined {
  const bytes: number[] = [];
  let start = 0;
  let value = 0;
  for (let at = 0; at <= text.length; at++) {
    const code = at === text.length ? DOT : text.charCodeAt(at);
    if (code === DOT) {
      if (at === start || bytes.length === 4) return undefined;
      bytes.push(value);
      start = at + 1;
      value = 0;
      continue;
    }
    const leadingZero = at > start && value === 0;
    if (code < ZERO || code > NINE || leadingZero) return undefined;
    value = value * 10 + code - ZERO;
    if (value > 255) return undefined;
  }
  return bytes.length === 4 ? bytes : undefined;
}

function readIpv6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [left, right] = halves.map((half, i) => groups(half, i === halves.length - 1));
  if (left === undefined) return undefined;
  if (halves.length === 1) return left.length === 16 ? left : undefined;
  if (right === undefined || left.length + right.length > 14) return undefined;
  return [...left, ...new Array<number>(16 - left.length - right.length).fill(0), ...right];
}

/** The bytes of colon-separated groups; the very last group of an address may be a dotted IPv4 one. */
function groups(text: string, last: boolean): number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const bytes: number[] = [];
  for (const [i, part] of parts.entries()) {
    const dotted = last && i === parts.length - 1 && part.includes('.') ? readIpv4(part) : undefined;
    if (dotted !== undefined) bytes.push(...dotted);
    else if (/^[0-9a-fA-F]{1,4}$/.test(part))
      bytes.push(Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 255);
    else return undefined;
  }
  return bytes;
}
