import { roleNaming } from '../../directory.ts';
import {
  addSubjectOptions,
  chosenSubject,
  type SubjectKind,
  type SubjectOptions,
  subjectResource,
} from '../../iam-subject.ts';
import { tagsFrom } from '../../tag-option.ts';
import { verb } from '../../verb.ts';

const KINDS = ['user', 'group', 'role', 'policy'] as const satisfies readonly SubjectKind[];

/** `muster iam tag`: tags that policies can ask for as `qcs:resource_tag`. */
export const tag = verb<SubjectOptions, [tags: string[]]>({
  configure(command) {
    addSubjectOptions(command.argument('<key=value...>', 'tags; a key that is there gets the new value'), KINDS);
  },
  examples: ['muster iam tag team=ops stage=prod --user ana', 'muster iam tag team=ops --role deploy'],
  async run(app, options, texts) {
    const subject = chosenSubject(options, KINDS);
    const tags = tagsFrom(texts);
    const session = await app.connect();
    const { kind, given } = subject;
    if (kind === 'role') await session.roles.tagRole({ ...roleNaming(given), tags });
    else await session.iam.tagResources({ resourceList: [await subjectResource(session, { kind, given })], tags });
    if (app.json) app.printJson({ Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })) });
    else app.terminal.out.line(`tagged ${given}`);
    return undefined;
  },
});

/** `muster iam untag`: takes tags away; those that are not there do not matter. */
export const untag = verb<SubjectOptions, [keys: string[]]>({
  configure(command) {
    addSubjectOptions(command.argument('<key...>', 'keys of tags'), KINDS);
  },
  examples: ['muster iam untag team --user ana', 'muster iam untag team stage --role deploy'],
  async run(app, options, tagKeys) {
    const { kind, given } = chosenSubject(options, KINDS);
    const session = await app.connect();
    if (kind === 'role') await session.roles.untagRole({ ...roleNaming(given), tagKeys });
    else {
      const resourceList = [await subjectResource(session, { kind, given })];
      await session.iam.untagResources({ resourceList, tagKeys });
    }
    if (app.json) app.printJson({ TagKeys: tagKeys });
    else app.terminal.out.line(`took ${tagKeys.join(', ')} from ${given}`);
    return undefined;
  },
});
