import { z } from 'zod';

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
const LANGUAGES = ['SHELL', 'PYTHON', 'POWERSHELL', 'BAT'] as const;

const some = <T extends z.ZodType>(one: T) => z.array(one).max(1_000);
const lists = <T extends z.ZodType>(one: T) =>
  z.strictObject({ allow: some(one).optional(), deny: some(one).optional() });
const time = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be HH:MM, 00:00 to 24:00');

/** What a veto file may say. Whatever is not in here makes the file a wrong one: a slip of the pen must not open anything. */
export const VETO_RULES = z.strictObject({
  readOnly: z.boolean().optional(),
  users: lists(z.string().min(1)).optional(),
  commandTypes: lists(z.enum(LANGUAGES)).optional(),
  hours: z
    .strictObject({
      timeZone: z.string().refine(isTimeZone, 'must be a time zone such as Europe/Berlin'),
      allow: some(z.strictObject({ days: some(z.enum(DAYS)).optional(), from: time, to: time })),
    })
    .optional(),
  scripts: z.strictObject({ deny: some(z.string().min(1).max(1_000)) }).optional(),
  sessions: z.boolean().optional(),
});
export type VetoRules = z.infer<typeof VETO_RULES>;

/** What an order would do here. */
export interface VetoedOrder {
  readonly username: string;
  /** `SHELL`, `PYTHON`, `POWERSHELL` or `BAT`. */
  readonly language: string;
  readonly hasText: (text: string) => boolean;
}

/** Why the machine refuses an order at this moment (epoch milliseconds by its own clock), naming the rule; undefined when it does not. */
export function vetoOf(order: VetoedOrder, rules: VetoRules, nowMs: number): string | undefined {
  const { commandTypes, scripts } = rules;
  const { username, language } = order;
  const general = vetoOfAnything(username, rules, nowMs);
  if (general) return general;
  const types: readonly string[] | undefined = commandTypes?.allow;
  if ((commandTypes?.deny as readonly string[] | undefined)?.includes(language))
    return refusal({ rule: 'commandTypes.deny', value: language });
  if (types && !types.includes(language))
    return refusal({ rule: 'commandTypes.allow', value: language, allowed: types });
  const found = scripts?.deny.find(order.hasText);
  if (found !== undefined) return `scripts.deny refuses scripts that contain \`${found.slice(0, 100)}\``;
  return undefined;
}

/** The same for an interactive session. What is said in one nobody can know before, so the rules for scripts do not look at it. */
export function vetoOfSession(
  { username }: Pick<VetoedOrder, 'username'>,
  rules: VetoRules,
  nowMs: number,
): string | undefined {
  if (rules.sessions === false && !rules.readOnly) return 'this machine has no sessions (sessions)';
  return vetoOfAnything(username, rules, nowMs);
}

/** The rules that count whatever it is about. */
function vetoOfAnything(username: string, { readOnly, users, hours }: VetoRules, nowMs: number): string | undefined {
  if (readOnly) return 'this machine is read-only (readOnly): nothing runs here';
  if (users?.deny?.includes(username)) return refusal({ rule: 'users.deny', value: username });
  if (users?.allow && !users.allow.includes(username))
    return refusal({ rule: 'users.allow', value: username, allowed: users.allow });
  if (hours && !isWithin(hours, nowMs)) return `hours.allow lets nothing run now, only ${hoursInWords(hours)}`;
  return undefined;
}

function refusal({ rule, value, allowed }: { rule: string; value: string; allowed?: readonly string[] }): string {
  return `${rule} ${allowed ? `lets only ${list(allowed)} through` : 'refuses it'}, and the order is for \`${value}\``;
}

/** What the rules refuse, for people; patterns are only counted, for they may tell what a machine is afraid of. */
export function rulesInWords({ readOnly, users, commandTypes, hours, scripts, sessions }: VetoRules): string {
  if (readOnly) return 'read-only: nothing runs';
  const parts: string[] = [];
  const say = (
    what: string,
    { allow, deny }: { allow?: readonly string[] | undefined; deny?: readonly string[] | undefined },
  ) => {
    if (allow) parts.push(`${what}: only ${list(allow)}`);
    if (deny && deny.length > 0) parts.push(`${what}: not ${list(deny)}`);
  };
  say('users', users ?? {});
  say('command types', commandTypes ?? {});
  if (hours) parts.push(`hours: ${hoursInWords(hours)}`);
  const patterns = scripts?.deny.length ?? 0;
  if (patterns > 0) parts.push(`scripts: ${patterns} ${patterns === 1 ? 'text' : 'texts'} refused`);
  if (sessions === false) parts.push('sessions: none');
  return parts.join('; ');
}

type Hours = NonNullable<VetoRules['hours']>;

/** A window that ends before it begins reaches into the next day and belongs to the day on which it begins. */
function isWithin({ timeZone, allow }: Hours, nowMs: number): boolean {
  const { day, minute } = localTime(timeZone, nowMs);
  const yesterday = DAYS[(DAYS.indexOf(day) + 6) % 7]!;
  return allow.some(({ days = DAYS, from, to }) => {
    const [begin, end] = [minutes(from), minutes(to)];
    if (begin < end) return days.includes(day) && minute >= begin && minute < end;
    return (days.includes(day) && minute >= begin) || (days.includes(yesterday) && minute < end);
  });
}

function localTime(timeZone: string, nowMs: number): { day: (typeof DAYS)[number]; minute: number } {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const parts = Object.fromEntries(format.formatToParts(nowMs).map(({ type, value }) => [type, value]));
  return { day: parts.weekday as (typeof DAYS)[number], minute: Number(parts.hour) * 60 + Number(parts.minute) };
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function minutes(text: string): number {
  const [hour = 0, minute = 0] = text.split(':').map(Number);
  return hour * 60 + minute;
}

function hoursInWords({ timeZone, allow }: Hours): string {
  const windows = allow.map(({ days, from, to }) => `${days ? `${days.join(' ')} ` : ''}${from}-${to}`);
  return windows.length === 0 ? 'never' : `${windows.join(', ')} ${timeZone}`;
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.map((name) => `\`${name}\``).join(', ');
}
