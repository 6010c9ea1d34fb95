import { parseDuration } from './duration.ts';

/**
 * An instant in milliseconds since 1970: `2026-01-31`, `2026-01-31T12:00:00Z`, or how long before `now` (`90s`, `2h`, `7d`). Without a
 * zone the reader's own counts. Undefined for anything else.
 */
export function parseMoment(text: string, now: number): number | undefined {
  const seconds = parseDuration(text);
  if (seconds !== undefined) return now - seconds * 1_000;
  const found = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(text);
  if (!found) return undefined;
  const [, day, time = '00:00:00', zone = ''] = found;
  const instant = new Date(`${day}T${time}${zone}`).getTime();
  return Number.isNaN(instant) ? undefined : instant;
}
