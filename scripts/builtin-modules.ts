// Node's own modules in a bundle: loaded when a name of theirs is used. An import statement reads every export of such a module at
// once, and that loads more: all of fetch behind node:http, promises and streams behind node:fs.
import { builtinModules } from 'node:module';
import type { Plugin } from 'esbuild';

export const builtinModulesPlugin: Plugin = {
  name: 'builtin-modules',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[\w:/]+$/ }, ({ path, kind }) => {
      const name = path.replace(/^node:/, '');
      const replaced = kind === 'import-statement' ? builtinModules.includes(name) : isRequiredLate(name, kind);
      return replaced ? { path: `node:${name}`, namespace: kind, sideEffects: false } : undefined;
    });
    onLoad({ filter: /^/, namespace: 'import-statement' }, ({ path }) => ({ contents: toImported(path) }));
    onLoad({ filter: /^/, namespace: 'require-call' }, ({ path }) => ({ contents: toRequired(path) }));
  },
};

/** pino asks for it; the others that are required at a start are there already. */
const isRequiredLate = (name: string, kind: string): boolean => kind === 'require-call' && name === 'assert';

/** A class that is extended, such as that of node:events, must be itself; so must what is assigned to, `process.exitCode`. */
const toImported = (path: string): string =>
  typeof process.getBuiltinModule(path) === 'function' || path === 'node:process'
    ? `module.exports = process.getBuiltinModule('${path}');`
    : // On the prototype, where esbuild looks names up but does not copy them from.
      `${late(path)}module.exports = Object.create(new Proxy({}, late));`;

const toRequired = (path: string): string => `${late(path)}module.exports = new Proxy(() => {}, late);`;

const late = (path: string): string => `let loaded;
const builtin = () => (loaded ??= process.getBuiltinModule('${path}'));
const late = { get: (_, name) => builtin()[name], apply: (_, self, given) => builtin()(...given) };
`;
