import { CommandType } from '@muster/contract';
import type { Runner } from '../runner.ts';

/** Shell scripts: bash where the machine has it, else sh. The first line of a script (`#!`) has no say, as in TAT. */
export const shell: Runner = {
  type: CommandType.SHELL,
  feature: 'SHELL',
  fileName: 'script.sh',
  interpreters: (platform) => (platform === 'win32' ? [] : ['bash', 'sh']),
  arguments: (script) => [script],
};
