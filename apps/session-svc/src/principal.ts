import { PrincipalType } from '@muster/contract';
import type { Caller } from '@muster/rpc';
import type { Bearer } from '@muster/terminal';

const NAMES: Readonly<Record<number, string>> = {
  [PrincipalType.ROOT]: 'root',
  [PrincipalType.USER]: 'user',
  [PrincipalType.COLLABORATOR]: 'collaborator',
  [PrincipalType.ROLE]: 'role',
};

/**
 * Who a caller is to tickets: kind and uin, for a role may have the uin of a user. Of a role also the name of the role session: several
 * people take on the same role, and what one of them opened is not for the others to go on with.
 */
export function bearerOf({
  accountUin,
  type,
  uin,
  name,
}: Pick<Caller, 'accountUin' | 'type' | 'uin' | 'name'>): Bearer {
  const kind = NAMES[type] ?? type;
  return { accountUin, principal: type === PrincipalType.ROLE ? `${kind}:${uin}:${name}` : `${kind}:${uin}` };
}
