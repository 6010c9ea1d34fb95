import { parseDuration } from './duration.ts';

/** Milliseconds from the beginning in `1:23`, `1:02:03`, `83`, `83.5` or `1m23s`; undefined for anything else. */
export function parsePlace(text: string): number | undefined {
  const found = /^(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6}(?:\.\d{1,3})?)$/.exec(text);
  if (found) {
    const [, hours = '0', minutes = '0', seconds = '0'] = found;
    return Math.round(((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000);
  }
  const seconds = parseDuration(text);
  return seconds === undefined ? undefined : seconds * 1_000;
}
