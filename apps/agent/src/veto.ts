import { closeSync, constants, fstatSync, openSync, readSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SessionOrder, TaskOrder } from '@muster/contract';
import type { Logger } from '@muster/telemetry';
import { rulesInWords, VETO_RULES, type VetoRules, vetoOf, vetoOfSession } from './domain/veto-rules.ts';
import { runnerOf } from './runners/index.ts';

/** Where the veto file is, and whose it must be. */
export interface VetoFileOptions {
  readonly path: string;
  /** Whether a missing file is a fault; otherwise nothing is vetoed without one. */
  readonly mustExist: boolean;
  /** Numeric id of the only user who may be able to change it. */
  readonly owner: number;
}

const MAX_BYTES = 65_536;

/**
 * What the administrator of this machine does not allow, whoever asks. The file is read for every order, so what it says now is what
 * counts. One that cannot be read, trusted or understood refuses everything.
 */
export class Veto {
  readonly #options: VetoFileOptions;
  readonly #logger: Logger;
  readonly #now: () => number;
  #said = '';

  constructor(options: VetoFileOptions, logger: Logger, now: () => number = Date.now) {
    this.#options = options;
    this.#logger = logger;
    this.#now = now;
  }

  /** Why the order must not run here at this moment; undefined when it may. */
  over({ username, commandType, content }: TaskOrder): string | undefined {
    const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
    const order = {
      username,
      language: runnerOf(commandType)?.feature ?? 'unknown',
      hasText: (part: string) => text.includes(part),
    };
    return this.#judged((rules) => vetoOf(order, rules, this.#now()));
  }

  /** Why the session must not begin here at this moment; undefined when it may. */
  overSession({ username }: SessionOrder): string | undefined {
    return this.#judged((rules) => vetoOfSession({ username }, rules, this.#now()));
  }

  /** What it refuses, for people who look at the machine from afar; empty when there is no file. */
  inWords(): string {
    const standing = this.#read();
    return typeof standing === 'string' ? `everything: ${standing}` : rulesInWords(standing);
  }

  #judged(judge: (rules: VetoRules) => string | undefined): string | undefined {
    const standing = this.#read();
    const words = typeof standing === 'string' ? standing : judge(standing);
    return words && `VETOED by the veto file of this machine: ${words}`;
  }

  /** The rules, or why there are none that could be followed. */
  #read(): VetoRules | string {
    const { path } = this.#options;
    let standing: VetoRules | string;
    try {
      standing = parsed(this.#text());
    } catch (error) {
      const fault = error instanceof Untrustworthy ? error.message : 'cannot be read';
      standing = `${path} ${fault}, so nothing runs here`;
    }
    this.#tell(standing);
    return standing;
  }

  #tell(standing: VetoRules | string): void {
    const words = typeof standing === 'string' ? standing : rulesInWords(standing);
    if (words === this.#said) return;
    this.#said = words;
    const { path } = this.#options;
    if (typeof standing === 'string') this.#logger.error({ path, fault: words }, 'REFUSING EVERYTHING: the veto file');
    else this.#logger.warn({ path, refuses: words || 'nothing' }, 'the veto file counts from now on');
  }

  /** Undefined when there is no file and need not be one. */
  #text(): string | undefined {
    const { path, mustExist } = this.#options;
    let file: number;
    try {
      file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        if (!mustExist) return undefined;
        throw new Untrustworthy('does not exist');
      }
      throw error;
    }
    try {
      const stats = fstatSync(file);
      if (!stats.isFile()) throw new Untrustworthy('is no file');
      this.#check('', stats);
      for (let folder = dirname(realpathSync(path)); ; folder = dirname(folder)) {
        this.#check(` lies in ${folder}, which`, statSync(folder));
        if (folder === dirname(folder)) break;
      }
      const buffer = Buffer.alloc(MAX_BYTES + 1);
      const length = readSync(file, buffer, 0, buffer.length, 0);
      if (length > MAX_BYTES) throw new Untrustworthy(`is larger than ${MAX_BYTES} bytes`);
      return buffer.toString('utf8', 0, length);
    } finally {
      closeSync(file);
    }
  }

  /** Nobody else may change it, nor put another in its place. In a folder with the sticky bit nobody can. */
  #check(where: string, { uid, mode }: Stats): void {
    if (uid !== 0 && uid !== this.#options.owner)
      throw new Untrustworthy(`${where} belongs to user ${uid} instead of root`.trim());
    const isStickyFolder = where !== '' && (mode & constants.S_IFMT) === constants.S_IFDIR && (mode & 0o1000) !== 0;
    if (mode & 0o022 && !isStickyFolder) throw new Untrustworthy(`${where} can be written by group or others`.trim());
  }
}

class Untrustworthy extends Error {}

function parsed(text: string | undefined): VetoRules {
  if (text === undefined) return {};
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Untrustworthy('is not JSON');
  }
  const { data, error } = VETO_RULES.safeParse(json);
  if (data) return data;
  const faults = error.issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`);
  throw new Untrustworthy(`is wrong (${faults.slice(0, 3).join('; ').slice(0, 200)})`);
}
