import { findGroupId } from '../../../directory.ts';
import { Stop } from '../../../stop.ts';
import { verb } from '../../../verb.ts';

interface Options {
  readonly name?: string;
  readonly remark?: string;
}

/** `muster iam group update`: another name or remark; members and policies stay. */
export const groupUpdate = verb<Options, [group: string]>({
  configure(command) {
    command
      .argument('<group>', 'name or number')
      .option('--name <name>', 'its new name')
      .option('--remark <text>', 'what it is for');
  },
  examples: ['muster iam group update admins --name operators'],
  async run(app, { name, remark }, nameOrId) {
    if (name === undefined && remark === undefined) {
      throw new Stop('nothing to change', { hint: 'give --name NAME or --remark TEXT' });
    }
    const session = await app.connect();
    const groupId = await findGroupId(session, nameOrId);
    await session.groups.updateGroup({
      groupId,
      ...(name === undefined ? {} : { groupName: name }),
      ...(remark === undefined ? {} : { remark }),
    });
    if (app.json) app.printJson({ GroupId: groupId });
    else app.terminal.out.line(`changed the group ${nameOrId}`);
    return undefined;
  },
});
