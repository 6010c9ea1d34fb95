import { readFileSync } from 'node:fs';
import { OutputStream } from '@muster/contract';
import { InvalidArgumentError } from 'commander';
import { parseDuration } from './domain/duration.ts';
import { parseScriptType, SCRIPT_TYPES, type ScriptType } from './domain/script-type.ts';

/** Collects the values of an option that may be given several times. */
export function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}

/**
 * Collects `key=value` texts. `key@file` stands for one whose value is what the file holds, without its last line break: so a secret is in no
 * list of processes.
 */
export function parameter(text: string, previous: readonly string[] = []): string[] {
  const [, key, file] = /^([^=@]+)@(.+)$/s.exec(text) ?? [];
  if (key === undefined || file === undefined) return [...previous, text];
  try {
    return [...previous, `${key}=${readFileSync(file, 'utf8').replace(/\r?\n$/, '')}`];
  } catch (error) {
    throw new InvalidArgumentError(`\`${file}\` cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
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

/** The values of a repeatable option for statuses, comma lists and any case included, as the API has them. */
export function statusWords(values: readonly string[]): string[] {
  return values.flatMap((each) => each.split(',')).map((each) => each.trim().toUpperCase());
}
