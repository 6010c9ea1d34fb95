import { OutputStream } from '@muster/contract';
import { InvalidArgumentError } from 'commander';
import { parseDuration } from './domain/duration.ts';
import { parseScriptType, SCRIPT_TYPES, type ScriptType } from './domain/script-type.ts';

/** Collects the values of an option that may be given several times. */
export function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}

/** A duration option as seconds. */
export function seconds(value: string): number {
  const parsed = parseDuration(value);
  if (parsed === undefined) throw new InvalidArgumentError('It must be a duration, such as 90s, 5m or 2h.');
  return parsed;
}

/** A script's language. */
export function scriptType(value: string): ScriptType {
  const parsed = parseScriptType(value);
  if (!parsed) throw new InvalidArgumentError(`It must be one of ${SCRIPT_TYPES.join(', ')}.`);
  return parsed;
}

/** A whole number from 1. */
export function count(value: string): number {
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(value);
}

/** One of a script's two outputs. */
export function stream(value: string): OutputStream {
  const found = { stdout: OutputStream.STDOUT, stderr: OutputStream.STDERR }[value.toLowerCase()];
  if (found === undefined) throw new InvalidArgumentError('It must be stdout or stderr.');
  return found;
}
