import { findInvokerId } from '../../invokers.ts';
import { tagsFrom } from '../../tag-option.ts';
import { verb } from '../../verb.ts';

/** `muster invoker tag`: tags that policies can ask for as `qcs:resource_tag`. */
export const invokerTag = verb<object, [invoker: string, tags: string[]]>({
  configure(command) {
    command.argument('<invoker>', 'id or name').argument('<key=value...>', 'a key that is there gets the new value');
  },
  examples: ['muster invoker tag nightly team=ops stage=prod'],
  async run(app, _, idOrName, texts) {
    const tags = tagsFrom(texts);
    const session = await app.connect();
    const invokerId = await findInvokerId(session, idOrName);
    await session.invokers.tagInvokers({ invokerIds: [invokerId], tags });
    if (app.json) app.printJson({ InvokerId: invokerId });
    else app.terminal.out.line(`tagged ${idOrName}`);
    return undefined;
  },
});

/** `muster invoker untag`: takes tags away; those that are not there do not matter. */
export const invokerUntag = verb<object, [invoker: string, keys: string[]]>({
  configure(command) {
    command.argument('<invoker>', 'id or name').argument('<key...>', 'keys of tags');
  },
  examples: ['muster invoker untag nightly team'],
  async run(app, _, idOrName, tagKeys) {
    const session = await app.connect();
    const invokerId = await findInvokerId(session, idOrName);
    await session.invokers.untagInvokers({ invokerIds: [invokerId], tagKeys });
    if (app.json) app.printJson({ InvokerId: invokerId });
    else app.terminal.out.line(`took ${tagKeys.join(', ')} from ${idOrName}`);
    return undefined;
  },
});
