import { PrincipalType } from '@muster/contract';
import type { Caller } from '@muster/rpc';
import type { Bearer } from '@muster/terminal';

const NAMES: Readonly<Record<number, string>> = {
  [PrincipalType.ROOT]: 'root',
  [PrincipalType.USER]: 'user',
  [PrincipalType.COLLABORATOR]: 'collaborator',
  [PrincipalType.ROLE]: 'role',
};

/** Who a caller is to tickets: kind and uin, for a role may have the uin of a user. */
export function bearerOf({ accountUin, type, uin }: Pick<Caller, 'accountUin' | 'type' | 'uin'>): Bearer {
  return { accountUin, principal: `${NAMES[type] ?? type}:${uin}` };
}
