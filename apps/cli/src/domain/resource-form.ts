import { commandResource, instanceResource } from '@muster/kernel';

const INSTANCE = /^(?:ins|lhins|rins)-[A-Za-z0-9]+$/;
const COMMAND = /^cmd-[A-Za-z0-9]+$/;
/** Kinds that the service tat has under its own name. */
const OF_TAT = /^(?:command|invoker|register-code|register-instance)\/.+$/;
const OF_CAM = /^(?:uin|policyid|groupid|role|roleName)\/.+$/;

/** Whether a resource is written so short that the region has to be added. */
export function needsRegion(text: string): boolean {
  return INSTANCE.test(text) || COMMAND.test(text) || OF_TAT.test(text) || text.startsWith('instance/');
}

/**
 * The six segments of a resource: `ins-…`, `lhins-…`, `rins-…`, `cmd-…`, and paths such as `command/*`, `instance/*` (of CVM) or
 * `uin/100001`. What has six segments and `*` stay as they are; undefined for anything else.
 */
export function expandResource(text: string, region: string): string | undefined {
  if (text === '*' || text.startsWith('qcs:')) return text;
  if (INSTANCE.test(text)) return instanceResource(region, text);
  if (COMMAND.test(text)) return commandResource(region, text);
  if (OF_TAT.test(text)) return `qcs::tat:${region}::${text}`;
  if (text.startsWith('instance/')) return `qcs::cvm:${region}::${text}`;
  return OF_CAM.test(text) ? `qcs::cam:::${text}` : undefined;
}
