// Renders the committed dashboards with the data of a Prometheus, without a Grafana server, and takes a picture of each:
//   npm ci && node preview.mjs --prometheus http://127.0.0.1:9090 --out /tmp/pictures
// Values, units, colours and texts are drawn by Grafana's own packages; what a panel looks like is ours, as Grafana does not
// publish its panels. Needs the dashboards to be built (npm run build in the project) and Chromium.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Browser } from './src/browser.mjs';
import { serve } from './src/serve.mjs';

const DASHBOARDS = join(import.meta.dirname, '../../../grafana/dashboards');
const HELP = `Usage: node preview.mjs [options]

Options:
  --prometheus <url>   where the data is (http://127.0.0.1:9090)
  --out <folder>       where the pictures go; without it the pages are served until Ctrl-C
  --dashboard <uid>    only this one; may be given several times
  --theme <name>       light, dark or both (both)
  --from <duration>    time range back from now, such as 15m; else that of the dashboard
  --width <pixels>     of the page (1440)
  --var <name=value>   value of a variable; several for several values. Else all, or the first
  --chromium <program> (chromium)
`;
const { values } = parseArgs({
  options: {
    prometheus: { type: 'string', default: 'http://127.0.0.1:9090' },
    out: { type: 'string' },
    dashboard: { type: 'string', multiple: true },
    theme: { type: 'string', default: 'both' },
    from: { type: 'string' },
    width: { type: 'string', default: '1440' },
    var: { type: 'string', multiple: true, default: [] },
    chromium: { type: 'string', default: 'chromium' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(HELP);
} else {
  const uids = values.dashboard ?? readdirSync(DASHBOARDS).map((file) => file.replace(/\.json$/, ''));
  const dashboards = new Map(uids.map((uid) => [uid, readFileSync(join(DASHBOARDS, `${uid}.json`), 'utf8')]));
  const server = await serve({ prometheus: values.prometheus, dashboards });
  const themes = values.theme === 'both' ? ['light', 'dark'] : [values.theme];
  const page = (uid, theme) => {
    const query = new URLSearchParams({ dashboard: uid, theme });
    if (values.from !== undefined) query.set('from', values.from);
    for (const chosen of values.var) query.append('var', chosen);
    return `${server.url}/?${query}`;
  };
  if (values.out === undefined) {
    for (const uid of uids) process.stdout.write(`${page(uid, themes[0])}\n`);
  } else {
    mkdirSync(values.out, { recursive: true });
    const browser = await Browser.start(values.chromium);
    try {
      for (const uid of uids) {
        for (const theme of themes) {
          const { picture, problems } = await browser.take(page(uid, theme), Number(values.width));
          const file = join(values.out, `${uid}-${theme}.png`);
          writeFileSync(file, picture);
          process.stdout.write(`${file}\n`);
          for (const problem of problems) process.stderr.write(`  ${problem}\n`);
        }
      }
    } finally {
      await browser.stop();
      server.stop();
    }
  }
}
