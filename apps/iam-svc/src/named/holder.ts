import { type Subject, SubjectKind } from '@muster/contract';
import { invalid, notFound } from '@muster/kernel';
import type { Call, ResourceInit } from '@muster/rpc';
import type { AccountRights, Holder, HolderKind } from '../domain/rights.ts';
import { roleSubject } from './roles.ts';
import { userSubject } from './things.ts';

const KINDS: Readonly<Partial<Record<SubjectKind, HolderKind>>> = {
  [SubjectKind.USER]: 'user',
  [SubjectKind.ROLE]: 'role',
  [SubjectKind.GROUP]: 'group',
};

const MISSING = {
  user: ['ResourceNotFound.UserNotExist', 'user'],
  role: ['ResourceNotFound.RoleNotFound', 'role'],
  group: ['ResourceNotFound.GroupNotExist', 'group'],
} as const satisfies Record<HolderKind, readonly [code: string, noun: string]>;

/** Somebody that a request names by id or by name, who may turn out not to exist once the caller may know. */
export interface MaybeHolder {
  /** What is decided about; a name that nobody has is everybody of the kind. */
  readonly subject: ResourceInit;
  require(): Holder;
}

/** Looks up whom a request names: a user, collaborator or root, a role, a group. */
export function namedHolder({ kind, id, name }: Subject, { holders }: AccountRights): MaybeHolder {
  const wanted = KINDS[kind];
  if (wanted === undefined) throw invalid('MissingParameter', 'Subject.Kind', 'must be USER, ROLE or GROUP');
  if (id === '' && name === '') throw invalid('MissingParameter', 'Subject.Id', 'or Subject.Name must be given');
  if (id !== '' && !/^[0-9]{1,20}$/.test(id)) {
    throw invalid('InvalidParameter.ParamError', 'Subject.Id', `must be a number, was \`${id.slice(0, 80)}\``);
  }
  const found = holders.find(
    (holder) => holder.kind === wanted && (id === '' ? holder.name === name : holder.id === id),
  );
  return {
    subject: subjectOf(wanted, id || (found?.id ?? '*')),
    require() {
      const [code, noun] = MISSING[wanted];
      if (!found) throw notFound(code, noun, id || name);
      return found;
    },
  };
}

/** The caller as one of the account's holders. */
export function callingHolder({ caller }: Call, { holders }: AccountRights): Holder {
  const found = holders.find(({ kind, id }) => kind !== 'group' && id === caller.uin);
  if (!found) throw notFound('ResourceNotFound.UserNotExist', 'user', caller.uin);
  return found;
}

function subjectOf(kind: HolderKind, id: string): ResourceInit {
  switch (kind) {
    case 'user':
      return userSubject(id);
    case 'role':
      return roleSubject(id);
    case 'group':
      return { resource: `qcs::cam:::groupid/${id}` };
  }
}
