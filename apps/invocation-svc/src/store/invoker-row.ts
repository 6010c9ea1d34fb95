import type { Insertable, Selectable } from 'kysely';
import type { Invoker } from '../domain/invoker.ts';
import type { OfflinePolicy } from '../domain/offline-policy.ts';
import type { MissedRunPolicy, OverlapPolicy, Schedule, SchedulePolicy } from '../domain/schedule.ts';
import type { InstanceSelector } from '../domain/selector.ts';
import type { InvokerTable } from './tables/invoker.ts';

/** An invoker as its row. */
export function invokerToRow(invoker: Invoker): Insertable<InvokerTable> {
  return {
    invoker_id: invoker.invokerId,
    account_uin: invoker.accountUin,
    ...invokerState(invoker),
    created_uin: invoker.createdUin,
    delegation_id: invoker.delegationId,
    created_at: invoker.createdAt,
    deleted_at: null,
  };
}

/** What a change may touch. */
export function invokerState(invoker: Invoker) {
  return {
    name: invoker.name,
    command_id: invoker.commandId,
    command_version: invoker.commandVersion,
    username: invoker.username,
    parameters: invoker.shownParameters,
    sealed_parameters: invoker.sealedParameters ?? null,
    instance_ids: JSON.stringify(invoker.instanceIds),
    selector: invoker.selector ? JSON.stringify(invoker.selector) : null,
    offline_policy: invoker.offlinePolicy ?? '',
    enabled: invoker.enabled ? 1 : 0,
    ...scheduleToColumns(invoker.schedule),
    next_at: invoker.nextAt ?? null,
    updated_at: invoker.updatedAt,
  };
}

function scheduleToColumns(schedule: Schedule) {
  return {
    policy: schedule.policy,
    recurrence: schedule.recurrence,
    invoke_at: schedule.invokeAt ?? null,
    time_zone: schedule.timeZone,
    overlap_policy: schedule.overlapPolicy,
    missed_run_policy: schedule.missedRunPolicy,
    missed_run_window: schedule.missedRunWindow,
  };
}

/** The way back. */
export function invokerFromRow(row: Selectable<InvokerTable>): Invoker {
  return {
    invokerId: row.invoker_id,
    accountUin: row.account_uin,
    name: row.name,
    commandId: row.command_id,
    commandVersion: row.command_version,
    username: row.username,
    shownParameters: row.parameters,
    sealedParameters: row.sealed_parameters ?? undefined,
    instanceIds: JSON.parse(row.instance_ids) as string[],
    selector: row.selector === null ? undefined : (JSON.parse(row.selector) as InstanceSelector),
    offlinePolicy: row.offline_policy === '' ? undefined : (row.offline_policy as OfflinePolicy),
    enabled: row.enabled === 1,
    schedule: {
      policy: row.policy as SchedulePolicy,
      recurrence: row.recurrence,
      invokeAt: row.invoke_at ?? undefined,
      timeZone: row.time_zone,
      overlapPolicy: row.overlap_policy as OverlapPolicy,
      missedRunPolicy: row.missed_run_policy as MissedRunPolicy,
      missedRunWindow: row.missed_run_window,
    },
    nextAt: row.next_at ?? undefined,
    createdUin: row.created_uin,
    delegationId: row.delegation_id ?? '',
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
