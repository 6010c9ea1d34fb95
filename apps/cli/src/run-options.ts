import type { Command } from 'commander';
import { parseParameters } from './domain/parameters.ts';
import type { FollowOptions } from './follow-run.ts';
import { parameter, seconds } from './option-values.ts';
import { Stop } from './stop.ts';
import { addOfflineOptions, addWhereOptions, type OfflineOptions, type WhereOptions } from './where-options.ts';

/** Options of everything that makes a run. */
export interface MakeOptions extends OfflineOptions, FollowOptions {
  readonly detach?: boolean;
  readonly yes?: boolean;
  readonly clientToken?: string;
}

/** Options that `run` and `invoke` share. */
export interface RunOptions extends MakeOptions, WhereOptions {
  readonly user?: string;
  readonly cwd?: string;
  /** Seconds. */
  readonly timeout?: number;
  readonly param?: readonly string[];
  readonly outputBucket?: string;
  readonly outputPrefix?: string;
  readonly dryRun?: boolean;
}

/** Adds them. */
export function addRunOptions(command: Command): void {
  addWhereOptions(command);
  command
    .option('--user <name>', 'the user the script runs as')
    .option('--cwd <directory>', 'the directory it runs in')
    .option('--timeout <duration>', 'kill it after this long, such as 90s or 2h', seconds)
    .option(
      '--param <key=value>',
      'a parameter: {{key}} in the script, MUSTER_PARAM_KEY in its environment; a secret from a file as key@file; repeatable',
      parameter,
    )
    .option('--output-bucket <url>', 'put the full output there too: address of an S3 or COS bucket')
    .option('--output-prefix <folder>', 'the folder in the bucket');
  addMakeOptions(command);
  command.option('--dry-run', 'check everything and say on how many instances it would run');
}

/** Adds what everything that makes a run takes. */
export function addMakeOptions(command: Command): void {
  addOfflineOptions(command);
  command
    .option('--detach', 'print the id of the run and do not wait')
    .option('--wait-timeout <duration>', 'stop waiting after this long (exit code 4); the run goes on', seconds)
    .option('-y, --yes', 'do not ask, however many instances there are')
    .option('-q, --quiet', 'print what the scripts write and nothing else')
    .option('--raw', 'print script output as it is, control characters included');
  addClientTokenOption(command);
}

/** Adds the token that makes a repeated command harmless. */
export function addClientTokenOption(command: Command): void {
  command.option('--client-token <token>', 'the same command with the same token again does nothing twice');
}

/** `--param` values as the JSON text that requests carry. */
export function parametersJson(pairs: readonly string[] = []): string {
  const parsed = parseParameters(pairs);
  if ('fault' in parsed) throw new Stop(`--param: ${parsed.fault}`, { hint: 'write it as --param name=value' });
  return parsed.json;
}
