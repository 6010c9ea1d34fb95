/** The users and groups of a machine, as far as its files list them. */
export interface Accounts {
  /** Empty when the number has no name. */
  userName(uid: number): string;
  groupName(gid: number): string;
  uid(name: string): number | undefined;
  gid(name: string): number | undefined;
}

/** Reads `/etc/passwd` and `/etc/group`. */
export function accountsIn({ passwd, group }: { passwd: string; group: string }): Accounts {
  const users = numbersIn(passwd);
  const groups = numbersIn(group);
  return {
    userName: (uid) => users.names.get(uid) ?? '',
    groupName: (gid) => groups.names.get(gid) ?? '',
    uid: (name) => users.numbers.get(name),
    gid: (name) => groups.numbers.get(name),
  };
}

function numbersIn(text: string): { names: Map<number, string>; numbers: Map<string, number> } {
  const names = new Map<number, string>();
  const numbers = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [name, , digits] = line.split(':');
    if (!name || !digits || !/^\d{1,10}$/.test(digits)) continue;
    const number = Number(digits);
    // the first line of a name or number is the one that counts
    if (!names.has(number)) names.set(number, name);
    if (!numbers.has(name)) numbers.set(name, number);
  }
  return { names, numbers };
}
