import { expect, it } from 'vitest';
import { type RunTemplate, runDocument } from './run-document.ts';

const template: RunTemplate = {
  commandType: 'SHELL',
  username: 'root',
  workingDirectory: '/root',
  timeout: 60,
  content: 'login {{user}} {{tat-hidden:password}} # {{password}}',
  enableParameter: true,
  defaults: new Map([
    ['user', 'nobody'],
    ['password', 'default'],
  ]),
  parameters: '{"password":"s3cret"}',
  outputCosBucketUrl: '',
  outputCosKeyPrefix: '',
};

it('renders what machines run, and masks hidden values wherever records show them', () => {
  const document = runDocument(template);
  expect(document.script.content).toBe('login nobody s3cret # s3cret');
  expect(document.script.environment).toEqual({ MUSTER_PARAM_USER: 'nobody', MUSTER_PARAM_PASSWORD: 's3cret' });
  const { script, ...shown } = document;
  expect(script.hiddenValues).toEqual(['s3cret']);
  expect(shown).toMatchObject({
    shownContent: 'login nobody ****** # ******',
    parameters: '{"password":"******"}',
    defaultParameters: '{"user":"nobody","password":"******"}',
  });
  expect(JSON.stringify(shown)).not.toMatch(/s3cret|default"/);
});

it('leaves braces alone where parameters are not enabled', () => {
  const plain = runDocument({ ...template, enableParameter: false, defaults: new Map(), parameters: '' });
  expect(plain.script.content).toBe(template.content);
  expect(plain.shownContent).toBe(template.content);
  expect(plain).toMatchObject({ script: { environment: {}, hiddenValues: [] }, parameters: '', defaultParameters: '' });
});
