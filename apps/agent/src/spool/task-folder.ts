import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { type ResultReport, ResultReportSchema, type TaskOrder, TaskOrderSchema } from '@muster/contract';
import type { Cause, Traces } from '../domain/outcome.ts';
import { writeDurably } from './durable.ts';

/** The two outputs, by the names of their files. */
export const OUTPUTS = ['stdout', 'stderr'] as const;
export type Output = (typeof OUTPUTS)[number];

/** When and where a script was started. */
export interface Launch {
  readonly bootId: string;
  /** The machine's uptime in milliseconds. */
  readonly uptimeMs: number;
  /** The script's file, or the folder that it has to itself: what to remove when it is no longer needed. */
  readonly script: string;
}

/** What the supervisor wrote at the end. */
export interface ExitRecord {
  readonly status: number;
  readonly elapsedMs: number;
}

/** One task in the journal: a folder in which every fact is a file, so that a crash leaves either the fact or none. */
export class TaskFolder {
  readonly path: string;
  readonly id: string;
  /** Made with the claim: names it to the service. */
  readonly claim: string;
  readonly order: TaskOrder;

  /** Reads the folder of a task that was claimed; throws when it does not hold together. */
  constructor(path: string, id: string) {
    this.path = path;
    this.id = id;
    this.claim = readFileSync(join(path, 'claim'), 'utf8').trim();
    this.order = fromBinary(TaskOrderSchema, readFileSync(join(path, 'order')));
    if (this.claim === '' || this.order.invocationTaskId !== id) throw new Error('the folder belongs to another task');
    this.launch();
    this.cause();
    this.result();
  }

  file(name: string): string {
    return join(this.path, name);
  }

  traces(): Traces {
    return {
      result: existsSync(this.file('result')),
      exited: this.exit() !== undefined,
      permit: existsSync(this.file('permit')),
      bootId: this.launch()?.bootId,
    };
  }

  /** Takes the permit, so that no supervisor ever will; false when one has. */
  takePermit(): boolean {
    return takePermitIn(this.path);
  }

  launch(): Launch | undefined {
    return parsed<Launch>(this.file('launch'));
  }

  recordLaunch(launch: Launch): Promise<void> {
    return writeDurably(this.file('launch'), JSON.stringify(launch));
  }

  /** Why the agent ended the script; the first cause stays. */
  cause(): Cause | undefined {
    return parsed<Cause>(this.file('cause'));
  }

  recordCause(cause: Cause): Promise<void> {
    return writeDurably(this.file('cause'), JSON.stringify(cause));
  }

  exit(): ExitRecord | undefined {
    // a machine that lost its power may keep the name of the file without what was in it
    const [, status, began, ended] = /^(\d+) ([\d.]+) ([\d.]+)\n$/.exec(textOf(this.file('rc')) ?? '') ?? [];
    if (status === undefined) return undefined;
    return { status: Number(status), elapsedMs: Math.max(0, Math.round((Number(ended) - Number(began)) * 1_000)) };
  }

  /** The steps on the way to the script that succeeded. */
  reached(): string[] {
    return (textOf(this.file('reached')) ?? '').split('\n').filter(Boolean);
  }

  /** Bytes of an output that are kept so far. */
  keptBytes(output: Output): number {
    const written = statSync(this.file(output), { throwIfNoEntry: false })?.size ?? 0;
    return Math.min(written, this.order.outputLimitBytes);
  }

  /** Bytes of an output in all; known once the script has ended, unless nobody could count them. */
  countedBytes(output: Output): number | undefined {
    const accounts = [...(textOf(this.file(`${output}.total`)) ?? '').matchAll(/^(\d+) bytes/gm)];
    const last = accounts.at(-1)?.[1];
    return last === undefined ? undefined : Number(last);
  }

  /** Those of them that were thrown away. */
  discardedBytes(output: Output): number {
    return Math.max(0, (this.countedBytes(output) ?? 0) - this.keptBytes(output));
  }

  result(): ResultReport | undefined {
    const file = this.file('result');
    return existsSync(file) ? fromBinary(ResultReportSchema, readFileSync(file)) : undefined;
  }

  /** How long ago the result was noted, by this machine's clock. */
  resultAgeMs(): number {
    return Date.now() - (statSync(this.file('result'), { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  }

  recordResult(result: ResultReport): Promise<void> {
    return writeDurably(this.file('result'), toBinary(ResultReportSchema, result));
  }

  /** Removes the script, which may hold secrets. */
  async removeScript(): Promise<void> {
    const script = this.launch()?.script;
    if (script) await rm(script, { recursive: true, force: true });
  }

  /** Removes every trace. */
  async remove(): Promise<void> {
    await this.removeScript();
    await rm(this.path, { recursive: true, force: true });
  }
}

/** Takes the permit of the task in a folder, as its supervisor would; false when it is taken. */
export function takePermitIn(folder: string): boolean {
  try {
    mkdirSync(join(folder, 'permit'));
    return true;
  } catch {
    return false;
  }
}

function textOf(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function parsed<T>(file: string): T | undefined {
  const text = textOf(file);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}
