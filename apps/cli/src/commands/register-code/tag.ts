import { tagsFrom } from '../../tag-option.ts';
import { verb } from '../../verb.ts';

/** `muster register-code tag`: tags of a code; machines that register with it from now on begin with them. */
export const registerCodeTag = verb<object, [code: string, tags: string[]]>({
  configure(command) {
    command.argument('<id>', 'id of a code').argument('<key=value...>', 'a key that is there gets the new value');
  },
  examples: ['muster register-code tag 6e1f0c1a-0000-4000-8000-000000000000 team=ops'],
  async run(app, _, id, texts) {
    const tags = tagsFrom(texts);
    const session = await app.connect();
    await session.instances.tagRegisterCodes({ registerCodeIds: [id], tags });
    if (app.json) app.printJson({ RegisterCodeId: id });
    else app.terminal.out.line(`tagged ${id}`);
    return undefined;
  },
});

/** `muster register-code untag`: takes tags away; those that are not there do not matter. */
export const registerCodeUntag = verb<object, [code: string, keys: string[]]>({
  configure(command) {
    command.argument('<id>', 'id of a code').argument('<key...>', 'keys of tags');
  },
  examples: ['muster register-code untag 6e1f0c1a-0000-4000-8000-000000000000 team'],
  async run(app, _, id, tagKeys) {
    const session = await app.connect();
    await session.instances.untagRegisterCodes({ registerCodeIds: [id], tagKeys });
    if (app.json) app.printJson({ RegisterCodeId: id });
    else app.terminal.out.line(`took ${tagKeys.join(', ')} from ${id}`);
    return undefined;
  },
});
