import { parseArgs } from 'node:util';
import { AppError, createLog, describeSettings, loadConfig } from '@mcp-servers/core';
import { placeInReach } from '@mcp-servers/core/connect';
import { DashboardSettings } from './config.ts';
import { openBrowser } from './open-browser.ts';
import { closeOnSignal } from './shutdown.ts';
import { startDashboard } from './start.ts';
import { version } from './version.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

interface Options {
  port?: string | undefined;
  host?: string | undefined;
  open: boolean;
}

async function start({ port, host, open }: Options): Promise<void> {
  const given = {
    ...(port !== undefined && { DASHBOARD_PORT: port }),
    ...(host !== undefined && { DASHBOARD_HOST: host }),
  };
  const config = loadConfig(DashboardSettings, { ...process.env, ...given });
  // The terminal belongs to the person who started it.
  const log = createLog({ name: 'dashboard', level: process.env.LOG_LEVEL === undefined ? 'warn' : config.LOG_LEVEL });
  const dashboard = await startDashboard({ config, log, place: placeInReach(process.env) });
  closeOnSignal(() => dashboard.close(), log);
  // A token that was chosen is known to who chose it, and does not belong into a log.
  const isChosen = config.DASHBOARD_TOKEN !== undefined;
  const address = `${dashboard.url}?token=${isChosen ? '<DASHBOARD_TOKEN>' : dashboard.token}`;
  say(`The dashboard is open at\n\n  ${address}\n\nPress Ctrl-C to stop it.`);
  if (open && !isChosen) openBrowser(address);
}

/** Status 0 when it was asked about itself, 2 for a command line that means nothing; else what was asked for. */
function readOptions(): number | Options {
  try {
    const { values } = parseArgs({
      allowNegative: true,
      options: {
        ...{ help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } },
        ...{ port: { type: 'string', short: 'p' }, host: { type: 'string' }, open: { type: 'boolean' } },
      },
    });
    if (values.version || values.help) {
      process.stdout.write(values.version ? `${version}\n` : help());
      return 0;
    }
    // Not into a file or another program.
    return { port: values.port, host: values.host, open: values.open ?? process.stdout.isTTY === true };
  } catch (error) {
    process.stderr.write(`${(error as Error).message.split('. ')[0]}. --help says what there is.\n`);
    return 2;
  }
}

const options = readOptions();
if (typeof options === 'number') process.exitCode = options;
else {
  try {
    await start(options);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    process.stderr.write(`${error.message}\n${error.hint ?? ''}\n`);
    process.exitCode = 1;
  }
}

function help(): string {
  const settings = describeSettings(DashboardSettings).map(
    ({ name, about, default: value }) => `  ${name.padEnd(27)} ${about}${value ? ` [${value}]` : ''}`,
  );
  return [
    `mcp-dashboard ${version}: the live page of the servers, an HTTP API, health and metrics.`,
    '',
    '  -p, --port <port>   Port to listen on',
    '      --host <host>   Address to listen on; another than loopback needs DASHBOARD_TOKEN',
    '      --[no-]open     Open the page in a browser (default: when started in a terminal)',
    '  -h, --help          This text',
    '  -v, --version       The version',
    '',
    'Settings, from the environment or <home>/config.env (each also as NAME_FILE):',
    `  ${'MCP_SERVERS_HOME'.padEnd(27)} Folder of the embedded database, config.env and the token [~/.mcp-servers]`,
    ...settings,
    '',
  ].join('\n');
}
