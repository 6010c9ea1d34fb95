import { TAT } from './catalogue/tat.ts';

/** A policy that every account has; nobody can change or delete it (CAM section 11). */
export interface PresetPolicy {
  /** The same in every installation; custom policies never get that high. */
  readonly policyId: number;
  readonly name: string;
  readonly description: string;
  /** JSON text. */
  readonly document: string;
}

const FIRST_ID = 900_000_001;

/** Forwarding ports opens networks and not machines: it wants a policy of its own. By verbs, so that the document stays short. */
const TAT_ALL_BUT_FORWARDING = [
  ...new Set(
    TAT.actions.map(({ name }) => `tat:${/^[A-Z][a-z]+/.exec(name)![0]}*`).filter((verb) => verb !== 'tat:Forward*'),
  ),
];
const TAT_READS = ['tat:Describe*', 'tat:PreviewReplacedCommandContent'];
const CAM_READS = [
  ...['cam:Get*', 'cam:List*', 'cam:Describe*'],
  ...['cam:LintPolicy', 'cam:SimulatePolicy', 'cam:WhoCan', 'cam:VerifyAudit', 'cam:ExportAudit'],
];
const STS_READS = ['sts:GetCallerIdentity', 'sts:QueryApiKey'];
const BATCH_READS = ['batch:Describe*'];
const CVM_READS = ['cvm:Describe*', 'cvm:Inquiry*'];
const COS_READS = ['cos:Get*', 'cos:Head*', 'cos:List*'];

/**
 * Where the vendor has not published a document, its meaning is what CAM section 11 suggests. The place in this list is
 * the id: append only.
 */
const DEFINED: readonly (readonly [name: string, description: string, ...actions: string[]])[] = [
  ['QcloudTATFullAccess', 'Everything in Automation Tools but forwarding ports.', ...TAT_ALL_BUT_FORWARDING],
  ['QcloudTATReadOnlyAccess', 'Every read of Automation Tools; no execution, no change.', ...TAT_READS],
  ['QcloudBatchFullAccess', 'Everything in BatchCompute.', 'batch:*'],
  ['QcloudBatchReadOnlyAccess', 'Every read of BatchCompute; no change.', ...BATCH_READS],
  [
    'QcloudFullAccessForBatchRole',
    'What BatchCompute needs of other services: CVM, VPC, COS, CMQ, CLS and Monitor.',
    ...['cvm:*', 'vpc:*', 'cos:*', 'cmqtopic:*', 'cmqqueue:*', 'cls:*', 'monitor:*'],
  ],
  ['QcloudCamFullAccess', 'Everything in Access Management.', 'cam:*'],
  ['QcloudCamReadOnlyAccess', 'Every read of Access Management, the audit with it; no change.', ...CAM_READS],
  ['AdministratorAccess', 'Everything in the account, also its users and their rights.', '*'],
  [
    'ReadOnlyAccess',
    'Every read of every service; no change.',
    ...[...TAT_READS, ...CAM_READS, ...STS_READS, ...BATCH_READS, ...CVM_READS, ...COS_READS, 'lighthouse:Describe*'],
  ],
  [
    'QcloudCVMFullAccess',
    'Everything in CVM, and in what it stands on: VPC, CLB and Monitor.',
    ...['cvm:*', 'vpc:*', 'clb:*', 'monitor:*'],
  ],
  ['QcloudCVMReadOnlyAccess', 'Every read of CVM; no change.', ...CVM_READS],
];

/** All of them, by id. */
export const PRESETS: readonly PresetPolicy[] = DEFINED.map(([name, description, ...action], index) => ({
  policyId: FIRST_ID + index,
  name,
  description,
  document: JSON.stringify({ version: '2.0', statement: [{ effect: 'allow', action, resource: ['*'] }] }, null, 2),
}));
