import type { Tag } from '@muster/command';
import {
  commandResource,
  type InstanceKind,
  instanceResource,
  instancesOfKind,
  type ResourcePlan,
} from '@muster/kernel';
import type { Call, ResourceInit } from '@muster/rpc';
import type { Kysely } from 'kysely';
import type { DecidedCommand } from './domain/invocation.ts';
import type { Schema } from './store/schema.ts';
import { TagStore } from './store/tag-store.ts';
import type { InstancePlans } from './store/visible.ts';

/** A command as the subject of a decision. */
export function commandRef(region: string, { subject, tags, creator }: DecidedCommand): ResourceInit {
  return {
    resource: commandResource(region, subject),
    tags: [...tags],
    attributes: creator === undefined ? [] : [{ key: 'qcs:create_uin', values: [creator] }],
  };
}

/** Machines as subjects of a decision. Only those in `known` are the account's; any other is decided without tags, and tells nothing. */
export async function instanceRefs(
  { db, region }: { readonly db: Kysely<Schema>; readonly region: string },
  ids: readonly string[],
  known = ids,
): Promise<ResourceInit[]> {
  const tags = await new TagStore(db, 'instance_tag').of(known);
  return ids.map((id) => taggedRef(instanceResource(region, id), tags(id)));
}

/** A thing with tags as the subject of a decision. */
export function taggedRef(resource: string, tags: readonly Tag[]): ResourceInit {
  return { resource, tags: [...tags] };
}

/** Each resource once: many runs are of the same command, and many tasks on the same machine. */
export function distinctRefs(refs: readonly ResourceInit[]): ResourceInit[] {
  return [...new Map(refs.map((ref) => [JSON.stringify(ref), ref])).values()];
}

const INSTANCE_KINDS: readonly InstanceKind[] = ['CVM', 'LIGHTHOUSE', 'REGISTERED'];

/** Which machines a list call may show. */
export async function planInstances(call: Pick<Call, 'plan'>, region: string): Promise<InstancePlans> {
  return instancePlans(await call.plan(INSTANCE_KINDS.map((kind) => instancesOfKind(region, kind))));
}

/** Which commands and machines a list call may show, in one question. */
export async function planTasks(
  call: Call,
  region: string,
): Promise<{ commands: ResourcePlan; instances: InstancePlans }> {
  const kinds = INSTANCE_KINDS.map((kind) => instancesOfKind(region, kind));
  const [commands, ...instances] = await call.plan([commandResource(region, '*'), ...kinds]);
  return { commands: commands!, instances: instancePlans(instances) };
}

function instancePlans(plans: readonly ResourcePlan[]): InstancePlans {
  const [CVM, LIGHTHOUSE, REGISTERED] = plans;
  return { CVM: CVM!, LIGHTHOUSE: LIGHTHOUSE!, REGISTERED: REGISTERED! };
}
