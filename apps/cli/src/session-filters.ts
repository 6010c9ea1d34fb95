import type { Command } from 'commander';
import { matchTargets } from './choose-targets.ts';
import { findUin } from './directory.ts';
import { collect, count } from './option-values.ts';
import type { Session } from './session.ts';

/** Which sessions or recordings. */
export interface SessionFilters {
  readonly instance?: readonly string[];
  readonly by?: string;
  readonly user?: string;
  readonly limit?: number;
}

/** How many are shown when nobody says otherwise. */
export const SHOWN = 50;

/** Adds the options that choose among sessions, recordings or hits in them. */
export function filterOptions(command: Command): Command {
  return command
    .option('--instance <instance>', 'only on this instance: id or name; repeatable', collect)
    .option('--by <user>', 'only what this name or uin opened')
    .option('--user <name>', 'only as this user of the operating system')
    .option('-n, --limit <number>', `at most this many; ${SHOWN} when left out`, count);
}

/** The same as filters of the service. */
export async function filtersOf(
  session: Session,
  { instance, by, user }: SessionFilters,
): Promise<{ name: string; values: string[] }[]> {
  return [
    ...(instance ? [{ name: 'instance-id', values: (await matchTargets(session, instance)).map(({ id }) => id) }] : []),
    ...(by === undefined ? [] : [{ name: 'create-uin', values: [await findUin(session, by)] }]),
    ...(user === undefined ? [] : [{ name: 'username', values: [user] }]),
  ];
}
