import { findGroupId, findUin } from '../../../directory.ts';
import type { Session } from '../../../session.ts';
import { type Verb, verb } from '../../../verb.ts';

/** `muster iam group add-user`: all of them or none; who is in already stays in. */
export const groupAddUser = changing('add-user', 'in', (session, info) => session.groups.addUserToGroup({ info }));

/** `muster iam group remove-user`: the reverse. */
export const groupRemoveUser = changing('remove-user', 'not in', (session, info) =>
  session.groups.removeUserFromGroup({ info }),
);

function changing(
  name: string,
  outcome: string,
  change: (session: Session, info: { groupId: string; uin: string }[]) => Promise<unknown>,
): Verb {
  return verb<object, [group: string, users: string[]]>({
    configure(command) {
      command.argument('<group>', 'name or number').argument('<user...>', 'names or uins');
    },
    examples: [`muster iam group ${name} admins ana`],
    async run(app, _, group, users) {
      const session = await app.connect();
      const groupId = await findGroupId(session, group);
      const uins: string[] = [];
      for (const each of users) uins.push(await findUin(session, each));
      await change(
        session,
        uins.map((uin) => ({ groupId, uin })),
      );
      if (app.json) app.printJson({ GroupId: groupId, Uin: uins });
      else app.terminal.out.line(`${users.join(', ')}: ${outcome} ${group} now`);
      return undefined;
    },
  });
}
