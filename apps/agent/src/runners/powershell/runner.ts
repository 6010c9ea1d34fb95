import { CommandType } from '@muster/contract';
import type { Runner } from '../runner.ts';

/** PowerShell: the system's own on Windows, `pwsh` elsewhere. */
export const powershell: Runner = {
  type: CommandType.POWERSHELL,
  feature: 'POWERSHELL',
  fileName: 'script.ps1',
  interpreters: (platform) => (platform === 'win32' ? ['powershell.exe'] : ['pwsh']),
  arguments: (script) => ['-NoLogo', '-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File', script],
};
