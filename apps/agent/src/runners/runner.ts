import type { CommandType } from '@muster/contract';

/** What is to be known about a language in order to run it. */
export interface Runner {
  readonly type: CommandType;
  /** As `hello` names the ability. */
  readonly feature: 'SHELL' | 'PYTHON' | 'POWERSHELL' | 'BAT';
  /** The script's file; some interpreters insist on an ending. */
  readonly fileName: string;
  /** Programs that can run it, the best first; none where the system has no such thing. */
  readonly interpreters: (platform: NodeJS.Platform) => readonly string[];
  /** The interpreter's arguments. */
  readonly arguments: (script: string) => readonly string[];
}
