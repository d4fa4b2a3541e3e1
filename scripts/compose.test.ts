import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

interface Service {
  image?: string;
  build?: { dockerfile: string };
  ports: string[];
  volumes: string[];
  healthcheck?: { test: string[] };
  environment?: Record<string, string>;
}

const root = path.resolve(import.meta.dirname, '..');
const source = readFileSync(path.join(root, 'docker-compose.yml'), 'utf8');
const compose = parse(source) as { services: Record<string, Service>; volumes: Record<string, unknown> };
const services = Object.entries(compose.services);

/** dclint ships the specification's own schema, https://github.com/compose-spec/compose-spec. */
function specification(): object {
  const dclint = path.dirname(createRequire(import.meta.url).resolve('dclint/package.json'));
  return JSON.parse(readFileSync(path.join(dclint, 'schemas/compose.schema.json'), 'utf8'));
}

function validator() {
  const { $schema: _, ...schema } = specification() as Record<string, unknown>;
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv, ['uri', 'hostname']);
  // As Compose writes them: 30s, 1m30s.
  ajv.addFormat('duration', /^(\d+(\.\d+)?(us|ms|s|m|h))+$/);
  ajv.addFormat('ports', /^[\w.:/${}-]+$/);
  ajv.addFormat('expose', /^\d+(-\d+)?(\/(tcp|udp))?$/);
  ajv.addFormat('subnet_ip_address', true);
  return ajv.compile(schema);
}

test('docker-compose.yml is a compose file as the specification describes it', () => {
  const validate = validator();
  validate(compose);
  expect(validate.errors ?? []).toEqual([]);
});

test('the validation finds a wrong key', () => {
  const { postgres } = compose.services;
  expect(validator()({ ...compose, services: { postgres: { ...postgres, prots: [] } } })).toBe(false);
});

const lasting = services.filter(([name]) => name !== 'migrate');

test.each(lasting)('%s has a pinned image, a health check, a named volume and only loopback ports', (_, service) => {
  if (service.image) {
    expect(service.image).toMatch(/^[a-z/]+:v?\d+\.\d+(\.\d+)?$/);
    expect(service.healthcheck?.test.length).toBeGreaterThan(1);
  } else {
    const dockerfile = readFileSync(path.join(root, service.build?.dockerfile ?? ''), 'utf8');
    expect(dockerfile).toMatch(/^HEALTHCHECK /m);
    expect(dockerfile).toMatch(/^USER node$/m);
    for (const [, image] of dockerfile.matchAll(/^FROM (\S+)/gm)) expect(image).toMatch(/^node:24\.\d+\.\d+-/);
  }
  for (const port of service.ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  const [data = ''] = service.volumes;
  expect(Object.keys(compose.volumes)).toContain(data.split(':', 1)[0]);
});

test('no password has a default: a variable that is not set stops the start', () => {
  const passwords = source.match(/\$\{\w*PASSWORD[^}]*\}/g) ?? [];
  expect(passwords.length).toBeGreaterThan(2);
  for (const password of passwords) expect(password).toMatch(/^\$\{\w+:\?/);
  for (const [, { environment = {} }] of services) {
    for (const [name, value] of Object.entries(environment)) {
      if (/PASSWORD|TOKEN|AUTH$/.test(name)) expect(value).toMatch(/^\$\{/);
    }
  }
});

test('the development file sets every variable that has no default', () => {
  const needed = new Set([...source.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name));
  const given = readFileSync(path.join(root, 'deploy/development.env'), 'utf8').matchAll(/^(\w+)=./gm);
  expect(new Set([...given].map(([, name]) => name))).toEqual(needed);
});

test('files that are mounted exist', () => {
  for (const [, { volumes }] of lasting) {
    for (const [file = ''] of volumes.map((volume) => volume.split(':')).filter(([from]) => from?.startsWith('.')))
      expect(existsSync(path.join(root, file))).toBe(true);
  }
});
