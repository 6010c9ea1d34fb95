import { type CreateRegisterCodeResponse, InstanceKind } from '@muster/contract';
import { type Command, InvalidArgumentError } from 'commander';
import { collect, count, seconds } from './option-values.ts';
import { addClientTokenOption } from './run-options.ts';
import type { Session } from './session.ts';
import { tagsFrom } from './tag-option.ts';
import { INSTANCE_KIND } from './tat-name.ts';

/** What a register code allows, as it is typed. */
export interface RegisterCodeOptions {
  readonly limit?: number;
  /** Seconds. */
  readonly expires?: number;
  readonly prefix?: string;
  readonly kind?: keyof typeof INSTANCE_KIND;
  readonly address?: string;
  readonly description?: string;
  readonly tag?: readonly string[];
  readonly clientToken?: string;
}

/** Adds the options. */
export function addRegisterCodeOptions(command: Command): void {
  command
    .option('--limit <number>', 'how many machines may register; 10 when not given', count)
    .option('--expires <duration>', 'how long it works, in whole hours; 4h when not given', seconds)
    .option('--prefix <text>', 'put before the host name of machines that register')
    .option('--kind <kind>', 'CVM, LIGHTHOUSE or REGISTERED: the kind of id machines get', kind)
    .option('--address <cidr>', 'only from this address or network')
    .option('--description <text>', 'what it is for')
    .option('--tag <key=value>', 'a tag that machines begin with; repeatable', collect);
  addClientTokenOption(command);
}

/** Makes a code. */
export function createRegisterCode(
  session: Session,
  options: RegisterCodeOptions,
): Promise<CreateRegisterCodeResponse> {
  return session.instances.createRegisterCode({
    description: options.description ?? '',
    instanceNamePrefix: options.prefix ?? '',
    ...(options.limit === undefined ? {} : { registerLimit: options.limit }),
    ...(options.expires === undefined ? {} : { effectiveTime: Math.ceil(options.expires / 3_600) }),
    ipAddressRange: options.address ?? '',
    tags: tagsFrom(options.tag),
    instanceKind: options.kind === undefined ? InstanceKind.UNSPECIFIED : INSTANCE_KIND[options.kind],
    clientToken: options.clientToken ?? '',
  });
}

function kind(value: string): keyof typeof INSTANCE_KIND {
  const upper = value.toUpperCase();
  if (upper in INSTANCE_KIND) return upper as keyof typeof INSTANCE_KIND;
  throw new InvalidArgumentError('It must be CVM, LIGHTHOUSE or REGISTERED.');
}
