// A tiny program for the supervisor's tests: `program.mjs NAME JOURNAL [options as JSON]`.
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [name, journal, given = '{}'] = process.argv.slice(2);
const options = JSON.parse(given);
const note = (what) => appendFileSync(journal, `${what} ${name} ${process.pid}\n`);

note('started');
if (options.port) {
  createServer((request, response) => response.writeHead(request.url === '/readyz' ? 200 : 404).end('{}')).listen(
    options.port,
    '127.0.0.1',
  );
}
if (options.crash) setTimeout(() => process.exit(3), 50);
if (options.line) console.log(options.line);
process.on('SIGTERM', () => {
  if (options.stubborn) return;
  setTimeout(() => {
    note('ended');
    process.exit(0);
  }, 50);
});
setInterval(() => undefined, 1000);
