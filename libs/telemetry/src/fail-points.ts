import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

/**
 * The gaps in which a crash is interesting, by name: where one side has committed and the other does not know it yet. Nothing happens
 * there unless `MUSTER_FAIL_POINTS` names one.
 */
export const FAIL_POINTS = [
  // invocation-svc
  'run.mid-insert',
  'run.after-commit',
  'dispatch.after-mark',
  'dispatch.after-publish',
  'start.after-commit',
  'output.after-commit',
  'result.before-commit',
  'result.after-commit',
  'fire.after-commit',
  // iam-svc
  'write.before-commit',
  'write.after-commit',
  // session-svc
  'session.before-commit',
  'session.after-commit',
  'session.before-end',
  // every service
  'outbox.before-publish',
  'outbox.after-publish',
  'migration.step',
  // agent
  'agent.after-claim',
  'agent.after-grant',
  'agent.after-launch',
  'agent.after-exit',
  'agent.after-result',
] as const;

/** The name of a fail point. */
export type FailPoint = (typeof FAIL_POINTS)[number];

/** What one entry of the setting asks for. */
interface Armed {
  readonly action: 'kill' | 'error' | 'sleep';
  readonly sleepMs: number;
  /** Passings until it acts; it acts once. */
  left: number;
}

const ENTRY = /^(?<name>[a-z.-]+):(?:(?<action>kill|error)|sleep=(?<ms>\d{1,6}))(?::(?<nth>\d{1,6}))?$/;

/**
 * Entries with commas between, each `name:action` or `name:action:n`: at the n-th passing (the first unless told otherwise), once,
 * `kill` ends the process as SIGKILL does, `error` throws, `sleep=MS` waits. For tests of crashes only.
 */
export function failPoints(): z.ZodType<string> {
  return z
    .string()
    .default('')
    .refine((given) => entries(given).every((entry) => parse(entry)), 'must be name:kill, name:error or name:sleep=MS');
}

let armed: ReadonlyMap<string, Armed> = new Map();

/** Arms what the setting names, for this process. Called once, before anything else. */
export function armFailPoints(given: string): void {
  armed = new Map(entries(given).map((entry) => parse(entry)!));
}

/** A gap. Resolves at once unless it is armed. */
export async function failPoint(name: FailPoint): Promise<void> {
  const point = armed.get(name);
  if (!point || point.left === 0) return;
  point.left -= 1;
  if (point.left > 0) return;
  if (point.action === 'kill') process.kill(process.pid, 'SIGKILL');
  if (point.action === 'error') throw new Error(`fail point ${name}`);
  // a process that was killed must not take another step either
  await sleep(point.action === 'sleep' ? point.sleepMs : 60_000);
}

function entries(given: string): string[] {
  return given.split(',').filter((entry) => entry !== '');
}

function parse(entry: string): [string, Armed] | undefined {
  const { name = '', action = 'sleep', ms = '0', nth = '1' } = ENTRY.exec(entry)?.groups ?? {};
  if (!(FAIL_POINTS as readonly string[]).includes(name)) return undefined;
  return [name, { action: action as Armed['action'], sleepMs: Number(ms), left: Number(nth) }];
}
