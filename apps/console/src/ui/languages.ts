import { CommandType } from '@muster/contract';

/** The languages of a script, the usual one first. */
export const LANGUAGES = [
  { value: 'SHELL', label: 'Shell', type: CommandType.SHELL },
  { value: 'PYTHON', label: 'Python', type: CommandType.PYTHON },
  { value: 'POWERSHELL', label: 'PowerShell', type: CommandType.POWERSHELL },
  { value: 'BAT', label: 'Batch', type: CommandType.BAT },
] as const;

export type Language = (typeof LANGUAGES)[number]['value'];

export function languageOf(type: CommandType): Language {
  return LANGUAGES.find((language) => language.type === type)?.value ?? 'SHELL';
}

export function typeOf(language: Language): CommandType {
  return LANGUAGES.find(({ value }) => value === language)!.type;
}

export function languageLabel(type: CommandType): string {
  return LANGUAGES.find((language) => language.type === type)?.label ?? 'Shell';
}

/** What a run uses when a field is left empty. */
export function defaultsOf(language: Language): { user: string; directory: string } {
  return language === 'SHELL' || language === 'PYTHON'
    ? { user: 'root', directory: '/root' }
    : { user: 'System', directory: 'C:\\Program Files\\qcloud\\tat_agent\\workdir' };
}
