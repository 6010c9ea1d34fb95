import { GetGroupResponseSchema } from '@muster/contract';
import { findGroupId } from '../../../directory.ts';
import { formatTags } from '../../../domain/tags.ts';
import { userListing } from '../../../iam-listings.ts';
import { printFields, printTable } from '../../../output/table.ts';
import { when } from '../../../output/time.ts';
import { toTatJson } from '../../../output/to-json.ts';
import { nothingMatched } from '../../../stop.ts';
import { verb } from '../../../verb.ts';

/** `muster iam group show`: a group with its members. */
export const groupShow = verb<object, [group: string]>({
  configure(command) {
    command.argument('<group>', 'name or number');
  },
  examples: ['muster iam group show admins'],
  async run(app, _, nameOrId) {
    const session = await app.connect();
    const answer = await session.groups.getGroup({ groupId: await findGroupId(session, nameOrId) });
    const { group, userInfo } = answer;
    if (!group) throw nothingMatched(`no group \`${nameOrId}\``);
    if (app.json) {
      app.printJson(toTatJson(GetGroupResponseSchema, answer));
      return undefined;
    }
    const { out } = app.terminal;
    const now = Date.now();
    printFields(out, [
      ['name', group.groupName],
      ['number', group.groupId],
      ['remark', group.remark],
      ['created', when(group.createTime, now)],
      ['tags', formatTags(group.tags)],
      ['members', String(group.userCount)],
    ]);
    if (userInfo.length > 0) {
      out.line();
      printTable(out, userListing(now).columns, userInfo);
    }
    app.note(`what its members may do: muster iam policy attached --group ${group.groupName}`);
    return undefined;
  },
});
