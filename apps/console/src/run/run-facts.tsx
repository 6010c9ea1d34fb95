import { Anchor, Collapse, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Invocation } from '@muster/contract';
import { useQuery } from '@tanstack/react-query';
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { identityQuery } from '../api/queries.ts';
import { languageLabel } from '../ui/languages.ts';
import { Moment } from '../ui/moment.tsx';
import { ScriptView } from '../ui/script-view.tsx';
import { inert } from './inert-text.ts';
import { readParameters } from './parameters.ts';
import classes from './run-facts.module.css';
import { Took } from './took.tsx';

/** Who ran what, when, as whom; the script itself one click away. */
export function RunFacts({ invocation: run }: { invocation: Invocation }) {
  const { data: me } = useQuery(identityQuery);
  const [opened, { toggle }] = useDisclosure(false);
  const parameters = [...readParameters(run.parameters)];
  return (
    <section className="card" aria-label="About this run">
      <dl className={classes.facts}>
        <Fact name="Took">
          <Took run={run} />
        </Fact>
        <Fact name="Made">
          <Moment time={run.createdTime} />
        </Fact>
        <Fact name="By">{run.uin === me?.userId ? me.userName : run.uin}</Fact>
        <Fact name="As user">{run.username}</Fact>
        <Fact name="In">
          <span className="mono">{run.workingDirectory}</span>
        </Fact>
        <Fact name="Limit">{run.timeout} s</Fact>
        {run.commandVersion > 0 && (
          <Fact name="Command">
            <Anchor component={Link} to={`/commands/${run.commandId}`} size="sm">
              version {run.commandVersion}
            </Anchor>
          </Fact>
        )}
      </dl>
      <UnstyledButton className={classes.toggle} onClick={toggle} aria-expanded={opened}>
        <ChevronRight size={15} aria-hidden style={{ transform: opened ? 'rotate(90deg)' : 'none' }} />
        <Text size="sm" fw={550}>
          {languageLabel(run.commandType)} script
          {parameters.length > 0 && `, ${parameters.length} ${parameters.length === 1 ? 'parameter' : 'parameters'}`}
        </Text>
      </UnstyledButton>
      <Collapse expanded={opened} keepMounted={false}>
        <div className={classes.definition}>
          {parameters.length > 0 && (
            <dl className={classes.facts} style={{ padding: '0 0 10px' }}>
              {parameters.map(([key, value]) => (
                <Fact key={key} name={key}>
                  <span className="mono">{inert(value)}</span>
                </Fact>
              ))}
            </dl>
          )}
          <ScriptView content={run.commandContent} label="Script" />
        </div>
      </Collapse>
    </section>
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
