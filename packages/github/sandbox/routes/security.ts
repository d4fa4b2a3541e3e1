import { repositoryOf, type Wanted } from '../access.ts';
import { type Area, actorOf, bodyOf, type Call, page, param, text } from '../call.ts';
import {
  type CodeAlert,
  codeAlertsOf,
  type DependencyAlert,
  dependencyAlertsOf,
  type SecretAlert,
  type SecurityFeatures,
  secretAlertsOf,
  securityOf,
} from '../model/alerts.ts';
import type { Repository } from '../model/repository.ts';
import { forbidden, notFound, unprocessable } from '../refusal.ts';
import { ok, type Reply } from '../reply.ts';
import {
  codeAlertView,
  dependencyAlertView,
  instanceView,
  locationView,
  secretAlertView,
  textLocationView,
} from '../views/security.ts';
import { cursorPage } from './by-cursor.ts';
import { mayPush } from './issue-at.ts';

const repo = '/repos/{owner}/{repo}';
const write = { role: 'write' } as const;

const closed: Readonly<Record<keyof SecurityFeatures, () => Error>> = {
  codeScanning: () => forbidden('Code Security must be enabled for this repository to use code scanning.'),
  secretScanning: () => notFound('Secret scanning is disabled on this repository.'),
  dependabot: () => forbidden('Dependabot alerts are disabled for this repository.'),
};

/** Alerts are for those who may push, even where the repository is public. */
function guarded(call: Call, feature: keyof SecurityFeatures, wanted?: Wanted): Repository {
  const repository = repositoryOf(call, wanted);
  if (!mayPush(call, repository))
    throw feature === 'secretScanning' ? notFound() : forbidden('Resource not accessible by personal access token');
  if (!securityOf(repository)[feature]) throw closed[feature]();
  return repository;
}

interface Alert {
  readonly number: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly state: string;
}

/** By state and the other tests, newest first. */
function listed<T extends Alert>(call: Call, all: readonly T[], is: (alert: T) => boolean): T[] {
  const states = text(call, 'state')?.split(',');
  const key = text(call, 'sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const found = all
    .filter((alert) => (states === undefined || states.includes(alert.state)) && is(alert))
    .sort((a, b) => b[key] - a[key] || b.number - a.number);
  return text(call, 'direction') === 'asc' ? found.reverse() : found;
}

const isAmong = (call: Call, name: string, value: string) => text(call, name)?.split(',').includes(value) ?? true;

function alertOf<T extends Alert>(call: Call, all: readonly T[]): T {
  const alert = all.find(({ number }) => number === Number(param(call, 'alert_number')));
  if (!alert) throw notFound();
  return alert;
}

interface Dismissal {
  readonly state?: string;
  readonly dismissed_reason?: string | null;
  readonly dismissed_comment?: string | null;
}

function dismiss(call: Call, alert: CodeAlert | DependencyAlert): void {
  const { state, dismissed_reason: reason, dismissed_comment: comment = null } = bodyOf<Dismissal>(call);
  if (state === undefined) return;
  if (state === 'dismissed' && !reason) throw unprocessable('dismissed_reason is required when dismissing an alert');
  const at = call.state.now();
  const dismissed = state === 'dismissed' ? { by: actorOf(call), at, reason: reason ?? '', comment } : undefined;
  Object.assign(alert, { state, dismissed, updatedAt: at });
}

interface Resolution {
  readonly state?: SecretAlert['state'];
  readonly resolution?: string | null;
  readonly resolution_comment?: string | null;
}

function resolveSecret(call: Call): Reply {
  const repository = guarded(call, 'secretScanning', write);
  const alert = alertOf(call, secretAlertsOf(repository));
  const { state, resolution, resolution_comment: comment = null } = bodyOf<Resolution>(call);
  if (state === 'resolved' && !resolution) throw unprocessable('resolution is required when resolving an alert');
  const at = call.state.now();
  const resolved = state === 'resolved' ? { by: actorOf(call), at, resolution: resolution ?? '', comment } : undefined;
  if (state !== undefined) Object.assign(alert, { state, resolved, updatedAt: at });
  return ok(secretAlertView(call.state, repository, { alert }));
}

const isHidden = (call: Call) => call.query.hide_secret === true;

export const security: Area = {
  name: 'security',
  routes: {
    [`GET ${repo}/code-scanning/alerts`]: (call) => {
      const repository = guarded(call, 'codeScanning');
      const found = listed(
        call,
        codeAlertsOf(repository),
        (alert) =>
          isAmong(call, 'tool_name', alert.tool) &&
          isAmong(call, 'severity', alert.rule.severity) &&
          (text(call, 'ref') === undefined || alert.ref.endsWith(text(call, 'ref') ?? '')),
      );
      return page(call, found, (alert) => codeAlertView(call.state, repository, { alert }));
    },
    [`GET ${repo}/code-scanning/alerts/{alert_number}`]: (call) => {
      const repository = guarded(call, 'codeScanning');
      return ok(
        codeAlertView(call.state, repository, { alert: alertOf(call, codeAlertsOf(repository)), isWhole: true }),
      );
    },
    [`PATCH ${repo}/code-scanning/alerts/{alert_number}`]: (call) => {
      const repository = guarded(call, 'codeScanning', write);
      const alert = alertOf(call, codeAlertsOf(repository));
      dismiss(call, alert);
      return ok(codeAlertView(call.state, repository, { alert, isWhole: true }));
    },
    [`GET ${repo}/code-scanning/alerts/{alert_number}/instances`]: (call) => {
      const repository = guarded(call, 'codeScanning');
      const alert = alertOf(call, codeAlertsOf(repository));
      const all = [alert, ...(alert.others ?? []).map((other) => ({ ...alert, ...other }))];
      const ref = text(call, 'ref');
      return page(call, ref === undefined ? all : all.filter((each) => each.ref.endsWith(ref)), instanceView);
    },
    [`GET ${repo}/secret-scanning/alerts`]: (call) => {
      const repository = guarded(call, 'secretScanning');
      const found = listed(
        call,
        secretAlertsOf(repository),
        (alert) =>
          isAmong(call, 'secret_type', alert.secretType) &&
          isAmong(call, 'validity', alert.validity) &&
          isAmong(call, 'resolution', alert.resolved?.resolution ?? ''),
      );
      return page(call, found, (alert) => secretAlertView(call.state, repository, { alert, isHidden: isHidden(call) }));
    },
    [`GET ${repo}/secret-scanning/alerts/{alert_number}`]: (call) => {
      const repository = guarded(call, 'secretScanning');
      return ok(
        secretAlertView(call.state, repository, {
          alert: alertOf(call, secretAlertsOf(repository)),
          isHidden: isHidden(call),
        }),
      );
    },
    [`PATCH ${repo}/secret-scanning/alerts/{alert_number}`]: resolveSecret,
    [`GET ${repo}/secret-scanning/alerts/{alert_number}/locations`]: (call) => {
      const repository = guarded(call, 'secretScanning');
      const alert = alertOf(call, secretAlertsOf(repository));
      const views = [
        locationView(call.state, repository, alert),
        ...(alert.others ?? []).map((other) => textLocationView(call.state, repository, other)),
      ];
      return page(call, views, (view) => view);
    },
    [`GET ${repo}/dependabot/alerts`]: (call) => {
      const repository = guarded(call, 'dependabot');
      const found = listed(
        call,
        dependencyAlertsOf(repository),
        ({ advisory, manifest, scope }) =>
          isAmong(call, 'severity', advisory.severity) &&
          isAmong(call, 'ecosystem', advisory.ecosystem) &&
          isAmong(call, 'package', advisory.package) &&
          isAmong(call, 'manifest', manifest) &&
          isAmong(call, 'scope', scope),
      );
      return cursorPage(call, found, (alert) => dependencyAlertView(call.state, repository, alert));
    },
    [`GET ${repo}/dependabot/alerts/{alert_number}`]: (call) => {
      const repository = guarded(call, 'dependabot');
      return ok(dependencyAlertView(call.state, repository, alertOf(call, dependencyAlertsOf(repository))));
    },
    [`PATCH ${repo}/dependabot/alerts/{alert_number}`]: (call) => {
      const repository = guarded(call, 'dependabot', write);
      const alert = alertOf(call, dependencyAlertsOf(repository));
      dismiss(call, alert);
      return ok(dependencyAlertView(call.state, repository, alert));
    },
  },
};
