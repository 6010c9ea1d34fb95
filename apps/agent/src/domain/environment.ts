/** Whom a script runs as, and what it is told. */
export interface EnvironmentInput {
  readonly user: { readonly name: string; readonly home: string; readonly shell: string };
  readonly path: string;
  readonly lang: string;
  readonly invocationId: string;
  /** From the order. */
  readonly given: Readonly<Record<string, string>>;
}

/** A script's whole environment: little is inherited, and the order can add nothing but parameters. */
export function scriptEnvironment(input: EnvironmentInput): Record<string, string> {
  const { user, path, lang, invocationId, given } = input;
  const parameters = Object.entries(given).filter(([name]) => /^MUSTER_PARAM_[A-Za-z0-9_]+$/.test(name));
  return {
    PATH: path,
    LANG: lang,
    // as TAT's agent sets it
    TERM: 'xterm-color',
    HOME: user.home,
    USER: user.name,
    LOGNAME: user.name,
    SHELL: user.shell,
    MUSTER_INVOCATION_ID: invocationId,
    ...Object.fromEntries(parameters),
  };
}
