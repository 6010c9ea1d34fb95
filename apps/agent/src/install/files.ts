/** The unit's name. */
export const UNIT_NAME = 'muster-agent.service';

/**
 * How Node.js runs an installed agent. It waits most of its life, so it does without what makes busy programs fast: threads that compile
 * and collect beside it, code compiled twice, and room for young objects. `--expose-gc` is for `rest.ts`.
 */
export const NODE_FLAGS = [
  '--single-threaded',
  '--no-opt',
  '--no-maglev',
  '--no-sparkplug',
  '--max-semi-space-size=1',
  '--expose-gc',
] as const;

/** The same for its memory: one pool that gives back what is free. Scripts get an environment of their own. */
export const NODE_ENVIRONMENT = [
  'MALLOC_ARENA_MAX=1',
  'MALLOC_MMAP_THRESHOLD_=32768',
  'MALLOC_TRIM_THRESHOLD_=32768',
] as const;

/** What the texts of an installed agent name. */
export interface Installed {
  /** The Node.js that runs it. */
  readonly node: string;
  readonly main: string;
  readonly data: string;
  readonly prefix: string;
}

/**
 * The systemd unit. Scripts are started by the agent and inherit what it is confined to, so nothing is taken from it that an administrator's
 * command may need.
 */
export function unitText({ node, main, data }: Installed): string {
  const start = [node, ...NODE_FLAGS, main, 'run', '--data-dir', data].map(unitWord).join(' ');
  return `# Written by muster-agent install; put changes into a drop-in (systemctl edit ${UNIT_NAME}).
[Unit]
Description=Muster agent
Wants=network-online.target
After=network-online.target
# however often it ends, it is started again
StartLimitIntervalSec=0

[Service]
Type=simple
Environment=${NODE_ENVIRONMENT.join(' ')}
ExecStart=${start}
Restart=always
RestartSec=5
# a stop, a restart or an upgrade of the agent leaves running scripts alone: it finds them again
KillMode=process
TimeoutStopSec=30
# a script that is killed for its memory takes only itself along, and goes before the agent
OOMPolicy=continue
OOMScoreAdjust=-900
# the bounds are those of the machine, not of one service
TasksMax=infinity
LimitNOFILE=524288
# scripts may rely on a broken pipe ending a program
IgnoreSIGPIPE=no
UMask=0022

[Install]
WantedBy=multi-user.target
`;
}

/** The \`muster-agent\` command: the installed program with the places that it was installed to. */
export function commandText({ node, main, data, prefix }: Installed): string {
  return `#!/bin/sh
# Written by muster-agent install.
MUSTER_AGENT_PREFIX=\${MUSTER_AGENT_PREFIX:-${shellWord(prefix)}}
MUSTER_AGENT_DATA_DIR=\${MUSTER_AGENT_DATA_DIR:-${shellWord(data)}}
export MUSTER_AGENT_PREFIX MUSTER_AGENT_DATA_DIR
exec env ${NODE_ENVIRONMENT.join(' ')} ${shellWord(node)} ${NODE_FLAGS.join(' ')} ${shellWord(main)} "$@"
`;
}

/** One word of a command line in a unit: quoted, its specifiers and variables taken literally (systemd.service(5)). */
function unitWord(text: string): string {
  const literal = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w./:@+=,%-]+$/.test(text) ? literal : `"${literal}"`;
}

function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
