import { CreateRegisterCodeResponseSchema } from '@muster/contract';
import { InvalidArgumentError } from 'commander';
import { collect, count, seconds } from '../../option-values.ts';
import { printFields } from '../../output/table.ts';
import { toTatJson } from '../../output/to-json.ts';
import { tagsFrom } from '../../tag-option.ts';
import { INSTANCE_KIND } from '../../tat-name.ts';
import { verb } from '../../verb.ts';

interface Options {
  readonly limit?: number;
  /** Seconds. */
  readonly expires?: number;
  readonly prefix?: string;
  readonly kind?: keyof typeof INSTANCE_KIND;
  readonly address?: string;
  readonly description?: string;
  readonly tag?: readonly string[];
}

/** `muster register-code create`: what new machines trade for an identity. */
export const registerCodeCreate = verb<Options, []>({
  configure(command) {
    command
      .option('--limit <number>', 'how many machines may register; 10 when not given', count)
      .option('--expires <duration>', 'how long it works, in whole hours; 4h when not given', seconds)
      .option('--prefix <text>', 'put before the host name of machines that register')
      .option('--kind <kind>', 'CVM, LIGHTHOUSE or REGISTERED: the kind of id machines get', kind)
      .option('--address <cidr>', 'only from this address or network')
      .option('--description <text>', 'what it is for')
      .option('--tag <key=value>', 'a tag that machines begin with; repeatable', collect);
  },
  examples: [
    'muster register-code create',
    "muster register-code create --limit 100 --expires 1d --prefix web- --description 'web servers'",
    'muster register-code create --tag team=ops --tag stage=prod',
    'muster register-code create --kind CVM --address 10.0.0.0/8 --json',
  ],
  async run(app, options) {
    const tags = tagsFrom(options.tag);
    const session = await app.connect();
    const answer = await session.instances.createRegisterCode({
      description: options.description ?? '',
      instanceNamePrefix: options.prefix ?? '',
      ...(options.limit === undefined ? {} : { registerLimit: options.limit }),
      ...(options.expires === undefined ? {} : { effectiveTime: Math.ceil(options.expires / 3_600) }),
      ipAddressRange: options.address ?? '',
      tags,
      ...(options.kind === undefined ? {} : { instanceKind: INSTANCE_KIND[options.kind] }),
    });
    if (app.json) app.printJson(toTatJson(CreateRegisterCodeResponseSchema, answer));
    else {
      printFields(app.terminal.out, [
        ['id', answer.registerCodeId],
        ['value', answer.registerCodeValue],
      ]);
      app.note('keep the value: it is shown only now. The agent on a new machine asks for both');
    }
    return undefined;
  },
});

function kind(value: string): keyof typeof INSTANCE_KIND {
  const upper = value.toUpperCase();
  if (upper in INSTANCE_KIND) return upper as keyof typeof INSTANCE_KIND;
  throw new InvalidArgumentError('It must be CVM, LIGHTHOUSE or REGISTERED.');
}
