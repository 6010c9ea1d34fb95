import { invalid } from '@muster/kernel';

const LENGTH = { least: 8, most: 128 } as const;

/** What a password must hold at least one character of. */
const CLASSES = { 'upper case': /[A-Z]/, 'lower case': /[a-z]/, digit: /[0-9]/, special: /[^A-Za-z0-9]/ } as const;

/** A console password that somebody chose (CAM section 14). The refusal never repeats it. */
export function checkPassword(password: string, field = 'Password'): string {
  const missing = Object.entries(CLASSES).flatMap(([name, characters]) => (characters.test(password) ? [] : [name]));
  const length = [...password].length;
  if (length >= LENGTH.least && length <= LENGTH.most && missing.length === 0) return password;
  const lacks = missing.length > 0 ? `, lacks ${missing.join(', ')}` : '';
  throw invalid(
    'InvalidParameter.PasswordViolatedRules',
    field,
    `must be ${LENGTH.least} to ${LENGTH.most} characters with upper case, lower case, digit and special, had ${length}${lacks}`,
  );
}

/** The password that replaces another at login. */
export function checkNewPassword(password: string, old: string): string {
  if (password !== old) return checkPassword(password, 'NewPassword');
  throw invalid('InvalidParameter.PasswordViolatedRules', 'NewPassword', 'must be another than the old one');
}
