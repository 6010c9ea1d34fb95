/** Kinds of CAM's own things that have tags. */
export type OwnKind = 'user' | 'group' | 'role' | 'policy';

/** One of them in an account: a uin, a group's or policy's number as text, a role's id. */
export interface OwnResource {
  readonly kind: OwnKind;
  readonly id: string;
}

const KINDS: ReadonlyMap<string, OwnKind> = new Map([
  ['uin', 'user'],
  ['groupid', 'group'],
  ['role', 'role'],
  ['policyid', 'policy'],
]);

/**
 * What of an account's own a six-segment name means (CAM section 4): `qcs::cam:::uin/<uin>`, the account left empty or said in full;
 * the region says nothing, CAM has none. Undefined for everything else, also for another account's.
 */
export function ownResource(name: string, accountUin: string): OwnResource | undefined {
  const [qcs, project, service, , account, ...rest] = name.split(':');
  const path = rest.join(':');
  if (qcs !== 'qcs' || (project !== '' && project !== 'id/0') || service !== 'cam') return undefined;
  if (account !== '' && account !== `uin/${accountUin}`) return undefined;
  const slash = path.indexOf('/');
  const kind = KINDS.get(path.slice(0, slash));
  const id = path.slice(slash + 1);
  return kind && /^[0-9]+$/.test(id) ? { kind, id } : undefined;
}
