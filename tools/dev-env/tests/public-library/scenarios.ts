import type { Scenario } from './scenario.ts';
import { certificates } from './scenarios/certificates.ts';
import { containers } from './scenarios/containers.ts';
import { files } from './scenarios/files.ts';
import { host } from './scenarios/host.ts';
import { logs } from './scenarios/logs.ts';
import { network } from './scenarios/network.ts';
import { packages } from './scenarios/packages.ts';
import { processes } from './scenarios/processes.ts';
import { resources } from './scenarios/resources.ts';
import { services } from './scenarios/services.ts';
import { users } from './scenarios/users.ts';

/** Everything that is tried of the public library. */
export const scenarios: readonly Scenario[] = [
  // the longest first: they run side by side
  ...users,
  ...packages,
  ...files,
  ...processes,
  ...certificates,
  ...host,
  ...network,
  ...logs,
  ...services,
  ...resources,
  ...containers,
];
