import type { Command } from '@muster/contract';
import type { ReactNode } from 'react';
import { CopyIcon } from '../ui/copy.tsx';
import { languageLabel } from '../ui/languages.ts';
import { inert } from './inert-text.ts';
import { readParameters } from './parameters.ts';
import classes from './run-facts.module.css';

/** How a command runs when nothing else is said. */
export function CommandFacts({ command }: { command: Command }) {
  const defaults = [...readParameters(command.defaultParameters)];
  return (
    <dl className={`card ${classes.facts}`}>
      <Fact name="Id">
        <span className="mono">{command.commandId}</span> <CopyIcon text={command.commandId} label="Copy the id" />
      </Fact>
      <Fact name="Language">{languageLabel(command.commandType)}</Fact>
      <Fact name="As user">{command.username}</Fact>
      <Fact name="In">
        <span className="mono">{command.workingDirectory}</span>
      </Fact>
      <Fact name="Limit">{command.timeout} s</Fact>
      <Fact name="Parameters">
        {command.enableParameter
          ? defaults.map(([key, value]) => (
              <span key={key} className="mono" style={{ marginRight: 12 }}>
                {key}={value ? inert(value) : '…'}
              </span>
            ))
          : 'none'}
        {command.enableParameter && defaults.length === 0 && 'no defaults'}
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
