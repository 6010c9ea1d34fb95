import { invalid } from '@muster/kernel';

const PARAM_ERROR = 'InvalidParameter.ParamError';

/** What of a user a change depends on. */
export interface ChangeableUser {
  readonly isRoot: boolean;
  readonly consoleLogin: boolean;
}

/** What is asked to change; what is absent stays. */
export interface WantedChange {
  readonly active?: boolean | undefined;
  readonly consoleLogin?: boolean | undefined;
  /** Whether a new password comes with it. */
  readonly newPassword: boolean;
  readonly needResetPassword?: boolean | undefined;
}

/** Which of a user's tokens a change ends. */
export type Ending = 'all' | 'console' | 'none';

/**
 * Which tokens a change of a user ends: all when it is switched off, those of console logins when its password goes or is
 * another. Refuses what does not fit together, and that root shuts itself out.
 */
export function endingOf(user: ChangeableUser, wanted: WantedChange): Ending {
  const { active, newPassword, needResetPassword } = wanted;
  const consoleLogin = wanted.consoleLogin ?? user.consoleLogin;
  if (user.isRoot && active === false) throw invalid(PARAM_ERROR, 'Active', 'must stay on for the root account');
  if (user.isRoot && !consoleLogin) throw invalid(PARAM_ERROR, 'ConsoleLogin', 'must stay on for the root account');
  if (!consoleLogin && newPassword) throw invalid(PARAM_ERROR, 'Password', 'needs ConsoleLogin');
  if (!consoleLogin && needResetPassword) throw invalid(PARAM_ERROR, 'NeedResetPassword', 'needs ConsoleLogin');
  if (consoleLogin && !user.consoleLogin && !newPassword) {
    throw invalid(PARAM_ERROR, 'Password', 'must be given when ConsoleLogin is switched on');
  }
  if (active === false) return 'all';
  return newPassword || (user.consoleLogin && !consoleLogin) ? 'console' : 'none';
}
