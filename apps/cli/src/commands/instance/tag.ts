import { matchTargets } from '../../choose-targets.ts';
import { collect } from '../../option-values.ts';
import { tagsFrom } from '../../tag-option.ts';
import { verb } from '../../verb.ts';

interface Options {
  readonly target?: readonly string[];
}

const TARGET = [
  '-t, --target <instances>',
  "names, ids, globs such as 'web-*', !exclusions, @file; repeatable",
] as const;

/** `muster instance tag`: tags that policies can ask for as `qcs:resource_tag`. */
export const instanceTag = verb<Options, [tags: string[]]>({
  configure(command) {
    command.argument('<key=value...>', 'tags; a key that is there gets the new value').option(...TARGET, collect);
  },
  examples: ["muster instance tag team=ops stage=prod -t 'web-*'", 'muster instance tag team=ops -t web-1'],
  async run(app, { target = [] }, texts) {
    const tags = tagsFrom(texts);
    const session = await app.connect();
    const chosen = await matchTargets(session, target);
    await session.instances.tagInstances({ instanceIds: chosen.map(({ id }) => id), tags });
    if (app.json) app.printJson({ InstanceIds: chosen.map(({ id }) => id) });
    else for (const { name } of chosen) app.terminal.out.line(`tagged ${name}`);
    return undefined;
  },
});

/** `muster instance untag`: takes tags away; those that are not there do not matter. */
export const instanceUntag = verb<Options, [keys: string[]]>({
  configure(command) {
    command.argument('<key...>', 'keys of tags').option(...TARGET, collect);
  },
  examples: ["muster instance untag team stage -t 'web-*'"],
  async run(app, { target = [] }, tagKeys) {
    const session = await app.connect();
    const chosen = await matchTargets(session, target);
    await session.instances.untagInstances({ instanceIds: chosen.map(({ id }) => id), tagKeys });
    if (app.json) app.printJson({ InstanceIds: chosen.map(({ id }) => id) });
    else for (const { name } of chosen) app.terminal.out.line(`took ${tagKeys.join(', ')} from ${name}`);
    return undefined;
  },
});
