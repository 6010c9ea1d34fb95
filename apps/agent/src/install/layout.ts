import { join } from 'node:path';

/** Where an installed agent is. */
export interface Layout {
  /** `/`, or the folder that stands for it. */
  readonly prefix: string;
  /** The program: one folder that an upgrade replaces as a whole. */
  readonly program: string;
  readonly main: string;
  /** The `muster-agent` command, and the link to it on everybody's PATH. */
  readonly command: string;
  readonly link: string;
  readonly unit: string;
  /** The machine's identity and journal. */
  readonly data: string;
}

/** The places below a prefix; `dataDir` is taken as it is. */
export function layoutOf(prefix: string, dataDir?: string): Layout {
  const program = join(prefix, 'opt/muster-agent');
  return {
    prefix,
    program,
    main: join(program, 'main.cjs'),
    command: join(program, 'bin/muster-agent'),
    link: join(prefix, 'usr/local/bin/muster-agent'),
    unit: join(prefix, 'etc/systemd/system/muster-agent.service'),
    data: dataDir ?? join(prefix, 'var/lib/muster-agent'),
  };
}
