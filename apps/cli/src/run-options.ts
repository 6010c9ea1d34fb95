import type { Command } from 'commander';
import type { TargetOptions } from './choose-targets.ts';
import { parseParameters } from './domain/parameters.ts';
import type { FollowOptions } from './follow-run.ts';
import { collect, seconds } from './option-values.ts';
import { Stop } from './stop.ts';

/** Options that `run` and `invoke` share. */
export interface RunOptions extends TargetOptions, FollowOptions {
  readonly user?: string;
  readonly cwd?: string;
  /** Seconds. */
  readonly timeout?: number;
  readonly param?: readonly string[];
  readonly detach?: boolean;
}

/** Adds them. */
export function addRunOptions(command: Command): void {
  command
    .option('-t, --target <instances>', "names, ids, globs such as 'web-*', !exclusions, @file; repeatable", collect)
    .option('--user <name>', 'the user the script runs as')
    .option('--cwd <directory>', 'the directory it runs in')
    .option('--timeout <duration>', 'kill it after this long, such as 90s or 2h', seconds)
    .option(
      '--param <key=value>',
      'a parameter: {{key}} in the script, MUSTER_PARAM_KEY in its environment; repeatable',
      collect,
    )
    .option('--detach', 'print the id of the run and do not wait')
    .option('--wait-timeout <duration>', 'stop waiting after this long (exit code 4); the run goes on', seconds)
    .option('--skip-offline', 'leave out instances that are offline')
    .option('-y, --yes', 'do not ask, however many instances there are')
    .option('-q, --quiet', 'print what the scripts write and nothing else')
    .option('--raw', 'print script output as it is, control characters included');
}

/** `--param` values as the JSON text that requests carry. */
export function parametersJson(pairs: readonly string[] = []): string {
  const parsed = parseParameters(pairs);
  if ('fault' in parsed) throw new Stop(`--param: ${parsed.fault}`, { hint: 'write it as --param name=value' });
  return parsed.json;
}
