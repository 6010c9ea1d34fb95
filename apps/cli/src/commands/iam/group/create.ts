import { CreateGroupResponseSchema } from '@muster/contract';
import { collect } from '../../../option-values.ts';
import { toTatJson } from '../../../output/to-json.ts';
import { tagsFrom } from '../../../tag-option.ts';
import { verb } from '../../../verb.ts';

interface Options {
  readonly remark?: string;
  readonly tag?: readonly string[];
}

/** `muster iam group create`: a group, empty and without policies. */
export const groupCreate = verb<Options, [name: string]>({
  configure(command) {
    command
      .argument('<name>', 'its name')
      .option('--remark <text>', 'what it is for')
      .option('--tag <key=value>', 'a tag; repeatable', collect);
  },
  examples: ["muster iam group create developers --remark 'web team' --tag team=web"],
  async run(app, { remark = '', tag }, groupName) {
    const tags = tagsFrom(tag);
    const session = await app.connect();
    const answer = await session.groups.createGroup({ groupName, remark, tags });
    if (app.json) app.printJson(toTatJson(CreateGroupResponseSchema, answer));
    else {
      app.terminal.out.line(answer.groupId);
      app.note(`put somebody in with: muster iam group add-user ${groupName} USER`);
    }
    return undefined;
  },
});
