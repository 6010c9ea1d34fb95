import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  type ConditionKeySchema,
  type ResourceRefSchema,
  type SimulatePolicyResponse,
  SubjectKind,
  type SubjectSchema,
} from '@muster/contract';
import type { Command } from 'commander';
import { expandResource, needsRegion } from './domain/resource-form.ts';
import { parseTags, type Tag } from './domain/tags.ts';
import { collect } from './option-values.ts';
import type { Session } from './session.ts';
import { Stop } from './stop.ts';

type SubjectInit = MessageInitShape<typeof SubjectSchema>;
type ResourceInit = MessageInitShape<typeof ResourceRefSchema>;

/** How to write whom a question is about, for `--help`. */
export const WHOM = 'name or uin of a user; role/NAME or group/NAME for others';

/** Whom a question is about. */
export function subjectOf(text: string): SubjectInit {
  const [, prefix, rest] = /^(user|role|group)\/(.+)$/.exec(text) ?? [undefined, 'user', text];
  const kind = { user: SubjectKind.USER, role: SubjectKind.ROLE, group: SubjectKind.GROUP }[prefix as 'user'];
  return /^\d{1,20}$/.test(rest!) ? { kind, id: rest! } : { kind, name: rest! };
}

/** Options that say under which circumstances a request comes. */
export interface CircumstanceOptions {
  readonly with?: readonly string[];
  readonly tag?: readonly string[];
  readonly requestTag?: readonly string[];
}

/** Adds them. */
export function addCircumstances(command: Command): Command {
  return command
    .option('--with <key=value>', 'a condition key of the request: ip, time, mfa or one in full; repeatable', collect)
    .option('--tag <key=value>', 'a tag that the resources have; repeatable', collect)
    .option('--request-tag <key=value>', 'a tag that the request would set; repeatable', collect);
}

const SHORT_KEYS: Readonly<Record<string, string>> = { ip: 'qcs:ip', time: 'qcs:current_time', mfa: 'qcs:mfa' };

/** What those options say, as requests carry it. */
export function circumstances({ with: keys = [], tag = [], requestTag = [] }: CircumstanceOptions) {
  const values = new Map<string, string[]>();
  for (const { key, value } of pairs('--with', keys)) {
    const name = SHORT_KEYS[key] ?? key;
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  const requestContext: MessageInitShape<typeof ConditionKeySchema>[] = [...values].map(([key, all]) => ({
    key,
    values: all,
  }));
  return { requestContext, requestTags: pairs('--request-tag', requestTag), resourceTags: pairs('--tag', tag) };
}

function pairs(option: string, texts: readonly string[]): Tag[] {
  const found = parseTags(texts);
  if (typeof found === 'string') throw new Stop(`${option} takes key=value, not \`${found}\``);
  return found;
}

/** Resources as they are typed, in full; `*` where none is named. The region of short forms is the gateway's. */
export async function resourcesOf(
  session: Session,
  texts: readonly string[],
  tags: readonly Tag[] = [],
): Promise<ResourceInit[]> {
  const region = texts.some(needsRegion) ? (await session.tokens.getCallerIdentity({})).region : '';
  return (texts.length === 0 ? ['*'] : texts).map((text) => {
    const resource = expandResource(text, region);
    if (resource !== undefined) return { resource, tags: [...tags] };
    const hint = 'write an id (ins-…, cmd-…), a path (command/*), six segments (qcs::…) or `*`';
    throw new Stop(`\`${text}\` is no resource`, { hint });
  });
}

/** Short names of actions are those of tat: `RunCommand`. */
export function actionOf(text: string): string {
  return text.includes(':') ? text : `tat:${text}`;
}

/** Adds to a command what makes up one question: whom, which action, on which resources, under which circumstances. */
export function addQuestion(command: Command): Command {
  return addCircumstances(
    command
      .argument('<who>', WHOM)
      .argument('<action>', 'such as tat:RunCommand; without a service it is one of tat')
      .argument('[resource...]', 'ids, paths such as command/*, six segments; none for operation-level actions'),
  );
}

/** Of whom, or of which documents that nobody has, is asked. */
type About = { readonly subject: SubjectInit } | { readonly policyDocuments: string[] };

/** Asks what each of these actions on each of these resources would come to, all as they are typed. */
export async function askQuestion(
  session: Session,
  options: CircumstanceOptions,
  { actions, resources: names, ...about }: About & { actions: readonly string[]; resources: readonly string[] },
): Promise<SimulatePolicyResponse> {
  const { resourceTags, ...supposed } = circumstances(options);
  const resources = await resourcesOf(session, names, resourceTags);
  return session.analysis.simulatePolicy({ ...about, actions: actions.map(actionOf), resources, ...supposed });
}
