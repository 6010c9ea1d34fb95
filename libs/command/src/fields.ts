import { invalid, isId } from '@muster/kernel';
import { characterCount, quote, utf8Length } from './quote.ts';

/** What a command may be written in. TAT has the first three; PYTHON is Muster's own. */
export const COMMAND_TYPES = ['SHELL', 'POWERSHELL', 'BAT', 'PYTHON'] as const;
export type CommandType = (typeof COMMAND_TYPES)[number];

export const COMMAND_NAME_MAX_BYTES = 60;
export const DESCRIPTION_MAX_CHARACTERS = 120;
/** TAT's "64 KB" is measured on the Base64 text of the script. */
export const CONTENT_MAX_BASE64 = 65_536;
export const TIMEOUT_MAX_SECONDS = 86_400;
export const TIMEOUT_DEFAULT_SECONDS = 60;
export const USERNAME_MAX_CHARACTERS = 256;
/** The longest path Linux accepts (PATH_MAX less its terminating NUL); TAT states no limit. */
export const WORKING_DIRECTORY_MAX_BYTES = 4095;

const POSIX_DIRECTORY = '/root';
const WINDOWS_DIRECTORY = 'C:\\Program Files\\qcloud\\tat_agent\\workdir';
const CONTROL_CHARACTER = /\p{Cc}/u;

/** A command id: `cmd-` and its tail. Refusal: InvalidParameterValue.InvalidCommandId. */
export function checkCommandId(given: string, field = 'CommandId'): string {
  if (isId(given, 'cmd')) return given;
  throw invalid(
    'InvalidParameterValue.InvalidCommandId',
    field,
    `must be \`cmd-\` and 8 to 32 characters of a-z0-9, was ${quote(given)}`,
  );
}

/** A required text field is there. Refusal: MissingParameter. */
export function requireText(field: string, given: string | undefined): string {
  if (given) return given;
  throw invalid('MissingParameter', field, 'is required, was not given');
}

/**
 * CommandName: 1 to 60 bytes of Chinese characters, letters, digits, `_`, `-` and `.`.
 * Refusals: InvalidParameterValue.TooLong, .InvalidCommandName.
 */
export function checkCommandName(given: string): string {
  const bytes = utf8Length(given);
  if (bytes > COMMAND_NAME_MAX_BYTES) {
    throw invalid(
      'InvalidParameterValue.TooLong',
      'CommandName',
      `must be at most ${COMMAND_NAME_MAX_BYTES} bytes, was ${bytes} bytes: ${quote(given)}`,
    );
  }
  if (!/^[\p{Script=Han}A-Za-z0-9_.-]+$/u.test(given)) {
    throw invalid(
      'InvalidParameterValue.InvalidCommandName',
      'CommandName',
      `must be 1 to ${COMMAND_NAME_MAX_BYTES} bytes of Chinese characters, letters, digits, \`_\`, \`-\` and \`.\`, was ${quote(given)}`,
    );
  }
  return given;
}

/**
 * Content: the script's bytes, decoded from Base64 already. Not empty, UTF-8, at most 65,536 characters of Base64 (49,152 bytes).
 * Returns the text; encoding it as UTF-8 gives the same bytes again (a byte order mark stays). Refusal: InvalidParameterValue.CommandContentInvalid.
 */
export function checkContent(given: Uint8Array): string {
  if (given.length === 0) {
    throw invalid('InvalidParameterValue.CommandContentInvalid', 'Content', 'must not be empty, was 0 bytes');
  }
  checkContentSize(given.length);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(given);
  } catch {
    throw invalid(
      'InvalidParameterValue.CommandContentInvalid',
      'Content',
      `must be UTF-8 text, was ${given.length} bytes that are not`,
    );
  }
}

/** Refuses a script of more UTF-8 bytes than fit in 65,536 characters of Base64. Refusal: InvalidParameterValue.CommandContentInvalid. */
export function checkContentSize(bytes: number, what = 'was'): void {
  const base64 = Math.ceil(bytes / 3) * 4;
  if (base64 <= CONTENT_MAX_BASE64) return;
  throw invalid(
    'InvalidParameterValue.CommandContentInvalid',
    'Content',
    `must be at most ${CONTENT_MAX_BASE64} characters of Base64, ${what} ${base64} (${bytes} bytes)`,
  );
}

/** Description: at most 120 characters. Refusal: InvalidParameterValue.TooLong. */
export function checkDescription(given: string): string {
  const count = characterCount(given);
  if (count <= DESCRIPTION_MAX_CHARACTERS) return given;
  throw invalid(
    'InvalidParameterValue.TooLong',
    'Description',
    `must be at most ${DESCRIPTION_MAX_CHARACTERS} characters, was ${count}`,
  );
}

/** CommandType, SHELL when not given. Refusal: InvalidParameterValue. */
export function checkCommandType(given: string | undefined): CommandType {
  if (!given) return 'SHELL';
  const known = COMMAND_TYPES.find((type) => type === given);
  if (known) return known;
  throw invalid('InvalidParameterValue', 'CommandType', `must be ${COMMAND_TYPES.join(', ')}, was ${quote(given)}`);
}

/** Where a command of this type starts when nobody says otherwise. */
export function defaultWorkingDirectory(type: CommandType): string {
  return runsOnPosix(type) ? POSIX_DIRECTORY : WINDOWS_DIRECTORY;
}

/**
 * WorkingDirectory: absolute in the type's own form, `/…` for SHELL and PYTHON, a drive path for BAT, either for POWERSHELL
 * (which also runs on Linux). Not given: the type's default. Refusal: InvalidParameterValue.InvalidWorkingDirectory.
 */
export function checkWorkingDirectory(given: string | undefined, type: CommandType): string {
  if (!given) return defaultWorkingDirectory(type);
  const reason = 'InvalidParameterValue.InvalidWorkingDirectory';
  if (utf8Length(given) > WORKING_DIRECTORY_MAX_BYTES) {
    throw invalid(
      reason,
      'WorkingDirectory',
      `must be at most ${WORKING_DIRECTORY_MAX_BYTES} bytes, was ${quote(given)}`,
    );
  }
  if (CONTROL_CHARACTER.test(given)) {
    throw invalid(reason, 'WorkingDirectory', 'must not hold control characters, but does');
  }
  const posix = given.startsWith('/');
  const drive = /^[A-Za-z]:[\\/]/.test(given);
  if ((posix && type !== 'BAT') || (drive && !runsOnPosix(type))) return given;
  throw invalid(reason, 'WorkingDirectory', `must be ${ABSOLUTE_FORM[type]} for ${type}, was ${quote(given)}`);
}

const ABSOLUTE_FORM: Record<CommandType, string> = {
  SHELL: 'an absolute path such as `/srv/app`',
  PYTHON: 'an absolute path such as `/srv/app`',
  POWERSHELL: 'an absolute path such as `C:\\app` or `/srv/app`',
  BAT: 'an absolute path such as `C:\\app`',
};

/** Timeout in whole seconds, 1 to 86400, 60 when not given. Refusal: InvalidParameterValue.Range. */
export function checkTimeout(given: number | undefined): number {
  if (given === undefined) return TIMEOUT_DEFAULT_SECONDS;
  if (Number.isInteger(given) && given >= 1 && given <= TIMEOUT_MAX_SECONDS) return given;
  throw invalid('InvalidParameterValue.Range', 'Timeout', `must be 1 to ${TIMEOUT_MAX_SECONDS} seconds, was ${given}`);
}

/** Who runs a command of this type when nobody says otherwise. */
export function defaultUsername(type: CommandType): string {
  return runsOnPosix(type) ? 'root' : 'System';
}

/** The code for a bad Username: TAT has one for commands and another for the actions that run them. */
export type UsernameReason = 'InvalidParameterValue.InvalidUsername' | 'InvalidParameter.InvalidUsername';

/**
 * Username: at most 256 characters, no control characters, no `:` (it ends the name in the system's user table).
 * Not given: `root` for SHELL and PYTHON, `System` for POWERSHELL and BAT. Refusal: `reason`.
 */
export function checkUsername(
  given: string | undefined,
  type: CommandType,
  reason: UsernameReason = 'InvalidParameterValue.InvalidUsername',
): string {
  if (!given) return defaultUsername(type);
  const count = characterCount(given);
  if (count > USERNAME_MAX_CHARACTERS) {
    throw invalid(reason, 'Username', `must be at most ${USERNAME_MAX_CHARACTERS} characters, was ${count}`);
  }
  if (CONTROL_CHARACTER.test(given) || given.includes(':')) {
    throw invalid(reason, 'Username', 'must not hold `:` or control characters, but does');
  }
  return given;
}

function runsOnPosix(type: CommandType): boolean {
  return type === 'SHELL' || type === 'PYTHON';
}
