import type { MessageInitShape } from '@bufbuild/protobuf';
import { type InstanceSelectorSchema, OfflinePolicy } from '@muster/contract';
import { type Command, Option } from 'commander';
import { parseTagSelectors } from './domain/tag-selector.ts';
import { collect, seconds } from './option-values.ts';
import { Stop } from './stop.ts';

/** Machines described instead of named, as requests carry them. */
export type SelectorInit = MessageInitShape<typeof InstanceSelectorSchema>;

/** What to do about machines that are absent, as it is typed. */
export type OfflineWord = keyof typeof OFFLINE_POLICY;

export const OFFLINE_POLICY = {
  refuse: OfflinePolicy.REFUSE,
  wait: OfflinePolicy.RUN_ON_RETURN,
  skip: OfflinePolicy.SKIP,
} as const;

/** What a user chose machines with: named by `-t`, or described by the others. */
export interface WhereOptions {
  /** Values of `-t`: comma lists, globs, `!` exclusions, `@file`. */
  readonly target?: readonly string[];
  readonly all?: boolean;
  readonly name?: readonly string[];
  readonly tag?: readonly string[];
}

/** What a user wants of machines that are absent. */
export interface OfflineOptions {
  readonly offline?: OfflineWord;
  /** Seconds. */
  readonly offlineExpiry?: number;
}

/** Adds the options that choose machines. */
export function addWhereOptions(command: Command): void {
  command
    .option('-t, --target <instances>', "names, ids, globs such as 'web-*', !exclusions, @file; repeatable", collect)
    .option('--all', 'every instance that you may run on')
    .option('--name <glob>', 'every instance with such a name, however many; repeatable: one must fit', collect)
    .option(
      '--tag <key=value>',
      'every instance with this tag, key=a,b for one of several values; repeatable',
      collect,
    );
}

/** Adds what to do about absent machines, without a time limit for those that are waited for. */
export function addOfflineOption(command: Command): void {
  command.addOption(
    new Option('--offline <policy>', 'instances that are offline: refuse the run, wait for them, or skip them').choices(
      Object.keys(OFFLINE_POLICY),
    ),
  );
}

/** Adds what to do about absent machines. */
export function addOfflineOptions(command: Command): void {
  addOfflineOption(command);
  command.option('--offline-expiry <duration>', 'how long --offline wait waits; 1d when not given', seconds);
}

/** The request's fields for absent machines. */
export function offlineFields({ offline, offlineExpiry }: OfflineOptions) {
  if (offlineExpiry !== undefined && offline !== 'wait') {
    throw new Stop('--offline-expiry goes with --offline wait', { hint: 'add --offline wait' });
  }
  return {
    offlinePolicy: offline === undefined ? OfflinePolicy.UNSPECIFIED : OFFLINE_POLICY[offline],
    ...(offlineExpiry === undefined ? {} : { offlineExpiry }),
  };
}

/** The description that the options make; undefined when they describe nothing. */
export function selectorFrom({ target, all = false, name = [], tag = [] }: WhereOptions): SelectorInit | undefined {
  if (!all && name.length === 0 && tag.length === 0) return undefined;
  if (target) {
    throw new Stop('-t names instances, while --all, --name and --tag describe them', { hint: 'give one of the two' });
  }
  if (all && (name.length > 0 || tag.length > 0)) {
    throw new Stop('--all leaves nothing for --name and --tag to choose', { hint: 'leave --all out' });
  }
  const tags = parseTagSelectors(tag);
  if (typeof tags === 'string') throw new Stop(`\`${tags}\` is no tag`, { hint: 'write it as key=value' });
  return { all, names: [...name], tags };
}

/** A description in words, as it would be typed. */
export function selectorWords({ all, names = [], tags = [] }: SelectorInit): string {
  if (all) return 'all';
  return [...names, ...tags.map(({ key = '', values = [] }) => (values.length > 0 ? `${key}=${values}` : key))].join(
    ' ',
  );
}

/** What becomes of absent machines, as it would be typed; empty when the service decides. */
export function offlineWord(policy: OfflinePolicy): string {
  return Object.entries(OFFLINE_POLICY).find(([, each]) => each === policy)?.[0] ?? '';
}
