import { expect, test } from 'vitest';
import {
  type Advisory,
  addCodeAlert,
  addDependencyAlert,
  addSecretAlert,
  advisoriesOf,
  repositoryAdvisoriesOf,
  securityOf,
} from '../../sandbox/model/alerts.ts';
import { secretNamesOf, variablesOf } from '../../sandbox/routes/action-settings.ts';
import { refusalOf, withStage } from './collaboration.fixture.ts';

const advisory = (n: number): Advisory => ({
  ...{ ghsaId: `GHSA-aaaa-bbbb-cc0${n}`, cveId: `CVE-2026-000${n}`, summary: 'Pollution', description: 'Long' },
  ...{ severity: 'high', cvss: { score: 7.5, vector: 'CVSS:3.1/AV:N' }, cwes: [{ id: 'CWE-79', name: 'XSS' }] },
  ...{ ecosystem: 'npm', package: 'left-pad', vulnerable: '< 1.3.0', patched: '1.3.0', references: [] },
  ...{ publishedAt: 1_700_000_000_000 + n * 1000, updatedAt: 1_700_000_000_000, type: 'reviewed' },
});

test('alerts are listed, read, dismissed and opened again by those who may push', async () => {
  await using stage = await withStage();
  const { asBob, asEve, at, app, sandbox } = stage;
  const { state } = sandbox;
  const commit = app.refs.get('refs/heads/main') ?? '';
  addCodeAlert(state, app, {
    ...{ rule: { id: 'js/xss', name: 'XSS', description: 'd', severity: 'high' }, tool: 'CodeQL', commit },
    ...{ ref: 'refs/heads/main', path: 'src/app.ts', startLine: 1, endLine: 2, message: 'Bad' },
  });
  addSecretAlert(state, app, {
    ...{ secretType: 'aws_key', displayName: 'AWS key', secret: 'AKIAEXAMPLE', validity: 'active', commit },
    ...{ blob: commit, path: 'keys', line: 3 },
  });
  for (const n of [1, 2, 3])
    addDependencyAlert(state, app, { advisory: advisory(n), manifest: 'package.json', scope: 'runtime' });
  const one = { ...at, alert_number: 1 };
  const { codeScanning, secretScanning, dependabot } = asBob.rest;
  expect((await codeScanning.listAlertsForRepo({ ...at, state: 'open' })).data.length).toBe(1);
  const dismissed = await codeScanning.updateAlert({ ...one, state: 'dismissed', dismissed_reason: "won't fix" });
  expect(dismissed.data).toMatchObject({ state: 'dismissed', dismissed_by: { login: 'bob' } });
  await codeScanning.updateAlert({ ...one, state: 'open' });
  await codeScanning.listAlertInstances(one);
  expect((await secretScanning.listAlertsForRepo({ ...at, hide_secret: true })).data[0]?.secret).toBeUndefined();
  expect((await secretScanning.getAlert(one)).data.secret).toBe('AKIAEXAMPLE');
  await secretScanning.listLocationsForAlert(one);
  await secretScanning.updateAlert({ ...one, state: 'resolved', resolution: 'revoked' });
  const pages = await asBob.paginate(dependabot.listAlertsForRepo, { ...at, per_page: 2 });
  expect(pages.map(({ number }) => number)).toEqual([3, 2, 1]);
  expect(await refusalOf(dependabot.updateAlert({ ...one, state: 'dismissed' }))).toMatchObject({ status: 422 });
  await dependabot.updateAlert({ ...one, state: 'dismissed', dismissed_reason: 'not_used' });
  expect((await dependabot.getAlert(one)).data.state).toBe('dismissed');
  expect(await refusalOf(asEve.rest.codeScanning.getAlert(one))).toMatchObject({ status: 403 });
  expect(await refusalOf(asEve.rest.secretScanning.getAlert(one))).toMatchObject({ status: 404 });
  securityOf(app).dependabot = false;
  expect(await refusalOf(dependabot.getAlert(one))).toMatchObject({ status: 403 });
  expect(sandbox.unknown).toEqual([]);
  expect(stage.deviations()).toEqual([]);
});

test('advisories are public, drafts of a repository are not', async () => {
  await using stage = await withStage();
  const { asBob, asEve, at, app, ada, sandbox } = stage;
  for (const n of [1, 2]) advisoriesOf(sandbox.state).push(advisory(n));
  const { type: _, references: __, ...rest } = advisory(1);
  repositoryAdvisoriesOf(app).push({ ...rest, state: 'draft', author: ada, createdAt: 1_700_000_000_000 });
  const found = (await asEve.rest.securityAdvisories.listGlobalAdvisories({ affects: 'left-pad', cwes: '79' })).data;
  expect(found.map(({ ghsa_id }) => ghsa_id)).toEqual(['GHSA-aaaa-bbbb-cc02', 'GHSA-aaaa-bbbb-cc01']);
  await asEve.rest.securityAdvisories.getGlobalAdvisory({ ghsa_id: 'GHSA-aaaa-bbbb-cc01' });
  expect((await asEve.rest.securityAdvisories.listRepositoryAdvisories(at)).data).toEqual([]);
  expect((await asBob.rest.securityAdvisories.listRepositoryAdvisories(at)).data.length).toBe(1);
  variablesOf(app).set('LEVEL', 'info');
  secretNamesOf(app).add('TOKEN');
  expect((await asBob.rest.actions.listRepoVariables(at)).data.variables).toMatchObject([
    { name: 'LEVEL', value: 'info' },
  ]);
  expect((await asBob.rest.actions.listRepoSecrets(at)).data.secrets).toMatchObject([{ name: 'TOKEN' }]);
  expect(await refusalOf(asEve.rest.actions.listRepoSecrets(at))).toMatchObject({ status: 403 });
  expect(sandbox.unknown).toEqual([]);
  expect(stage.deviations().filter((text) => !text.includes('must be object'))).toEqual([]);
});
