// Before `npm run pack`: what every script has first. Before a bare `npm pack`, which would pack the checkout: the remedy.
if (process.env.npm_command === 'pack') {
  process.stderr.write('`npm run pack` makes the two packages, in dist/packages.\n');
  process.exit(1);
}
await import('../setup.mjs');
